package mware.service.udpecho;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {

    @ParameterizedTest(name = "{0} contains {1}: {2}")
    @CsvSource({
        "10.0.0.0/8,       10.255.1.2,      true",
        "10.0.0.0/8,       11.0.0.1,        false",
        "192.168.10.16/28, 192.168.10.31,   true",
        "192.168.10.16/28, 192.168.10.32,   false",
        "128.0.0.0/1,      200.1.1.1,       true",
        "128.0.0.0/1,      100.1.1.1,       false",
        "192.0.2.7,        192.0.2.7,       true",
        "192.0.2.7,        192.0.2.8,       false",
        "0.0.0.0/0,        8.8.8.8,         true",
        "0.0.0.0/0,        ::1,             false",
        "fd00:20::/64,     fd00:20::5,      true",
        "fd00:20::/64,     fd00:20:0:1::5,  false",
        "::/0,             2001:db8::1,     true",
        "10.0.0.0/8,       ::ffff:10.1.2.3, true",
    })
    void an_address_is_in_a_network_or_not(String network, String address, boolean inside) throws Exception {
        assertThat(Network.parse(network).contains(InetAddress.getByName(address)))
                .isEqualTo(inside);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "10.0.0",
                "10.0.0.256",
                "10.0.0.0/33",
                "10.0.0.0/8/8",
                "10.0.0.0/",
                "fd00::/129",
                "fd00:::1",
                "10.0.0.0/-1",
                "a.b.c.d",
                " 10.0.0.1"
            })
    void what_is_no_network_is_refused_and_never_looked_up(String text) {
        assertThatThrownBy(() -> Network.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be");
    }
}
