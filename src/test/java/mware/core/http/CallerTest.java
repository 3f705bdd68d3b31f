package mware.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallerTest {

    @ParameterizedTest(name = "{0} of {1} with {2} is administrator of mware.local: {3}")
    @CsvSource(
            nullValues = "-",
            value = {
                "CLUSTER, -,                -,             true",
                "USER,    mware.local,      administrator, true",
                "TOKEN,   mware.local,      administrator, true",
                "USER,    mware.local,      user,          false",
                "USER,    demo.mware.local, administrator, false",
                "USER,    -,                administrator, false",
                "TOKEN,   mware.local,      -,             false",
            })
    void the_cluster_and_administrators_of_the_master_domain_see_all(
            Caller.Kind kind, String domain, String role, boolean expected) {
        var caller = new Caller(kind, "x", domain, role == null ? List.of() : List.of(role));

        assertThat(caller.isAdministratorOf("mware.local")).isEqualTo(expected);
        assertThat(Caller.ofHeader(caller.toHeader())).isEqualTo(caller);
    }

    @ParameterizedTest(name = "an administrator of {0} is one of {1}: {2}")
    @CsvSource({
        "mware.local,      mware.local,            true",
        "mware.local,      demo.mware.local,       true",
        "mware.local,      a.b.demo.mware.local,   true",
        "demo.mware.local, demo.mware.local,       true",
        "demo.mware.local, a.demo.mware.local,     true",
        "demo.mware.local, mware.local,            false",
        "demo.mware.local, demo2.mware.local,      false",
        "demo.mware.local, xdemo.mware.local,      false",
        "demo.mware.local, demo.mware.local.evil,  false",
        "'',               mware.local,            false",
    })
    void an_administrator_is_one_of_the_whole_subtree(String home, String domain, boolean expected) {
        var administrator = new Caller(Caller.Kind.USER, "x", home, List.of("administrator"), "id", "session");

        assertThat(administrator.isAdministratorOf(domain)).isEqualTo(expected);
        assertThat(administrator.isWithin(domain)).isEqualTo(expected);
        assertThat(new Caller(Caller.Kind.USER, "x", home, List.of("user")).isAdministratorOf(domain))
                .isFalse();
        assertThat(Caller.ofHeader(administrator.toHeader())).isEqualTo(administrator);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{}",
                "{\"kind\":\"ROOT\",\"name\":\"x\",\"roles\":[]}",
                "{\"kind\":\"USER\",\"roles\":[1]}"
            })
    void a_caller_that_cannot_be_read_is_refused(String header) {
        assertThatIllegalArgumentException().isThrownBy(() -> Caller.ofHeader(header));
    }

    @Test
    void addresses_are_read_as_host_and_port() {
        assertThat(HttpAddress.parse("8081")).isEqualTo(new HttpAddress("127.0.0.1", 8081));
        assertThat(HttpAddress.parse("10.0.0.1:80").url()).isEqualTo("http://10.0.0.1:80");
        assertThat(HttpAddress.parse("[::1]:80")).isEqualTo(new HttpAddress("::1", 80));
        assertThat(HttpAddress.parse("[::1]:80")).hasToString("[::1]:80");
        for (String wrong : List.of("", "x", "127.0.0.1:", "127.0.0.1:70000", ":80", "host:-1", "host:1x")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> HttpAddress.parse(wrong))
                    .withMessageStartingWith("--http: ");
        }
    }
}
