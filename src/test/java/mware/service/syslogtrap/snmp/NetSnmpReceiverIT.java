package mware.service.syslogtrap.snmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import mware.service.syslogtrap.snmp.Receiver.Auth;
import mware.service.syslogtrap.snmp.Receiver.Community;
import mware.service.syslogtrap.snmp.Receiver.Privacy;
import mware.testing.MemoryState;
import mware.testing.NetSnmpReceiver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same notifications to npm net-snmp, a receiver with a code of its own. */
class NetSnmpReceiverIT {

    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    private final TestNode node = new TestNode(new MemoryState(), 0);

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void a_v2c_trap_arrives_with_all_of_its_objects() {
        try (NetSnmpReceiver receiver = NetSnmpReceiver.start(folder)) {
            node.sender.apply(Samples.only(Samples.plain("nms", receiver.port())));

            node.sender.send(Samples.syslog(7), List.of("nms"));

            await().atMost(SOON).until(() -> receiver.traps().size() == 1);
            assertThat(receiver.traps().get(0))
                    .contains("\"type\":167")
                    .contains("{\"oid\":\"1.3.6.1.6.3.1.1.4.1.0\",\"type\":6,\"value\":\"1.3.6.1.2.1.192.0.1\"}")
                    .contains("{\"oid\":\"1.3.6.1.2.1.192.1.2.1.3.7\",\"type\":2,\"value\":\"4\"}")
                    .contains("{\"oid\":\"1.3.6.1.2.1.192.1.2.1.6.7\",\"type\":4,\"value\":\"sbc01.example.org\"}");
        }
    }

    @Test
    void a_v2c_inform_is_acknowledged() {
        node.takeOver(1);
        try (NetSnmpReceiver receiver = NetSnmpReceiver.start(folder)) {
            node.sender.apply(Samples.only(Samples.receiver("nms", receiver.port(), new Community("public"), true)));

            node.sender.send(Samples.syslog(7), List.of("nms"));

            await().atMost(SOON).until(() -> node.status("nms").acknowledged() == 1);
            assertThat(receiver.traps()).hasSize(1).first().asString().contains("\"type\":166");
        }
    }

    @ParameterizedTest(name = "{0} {1}, inform {4}")
    @CsvSource({
        "SHA_256, AES_128, sha256, aes, false",
        "SHA_256, AES_128, sha256, aes, true",
        "SHA_512, AES_256, sha512, aes256b, false",
        "SHA_512, AES_256, sha512, aes256b, true",
        "SHA_512, AES_256_C, sha512, aes256r, false",
    })
    void version_3_is_accepted_with_all_of_its_objects(
            Auth auth, Privacy privacy, String authWord, String privacyWord, boolean inform) {
        node.takeOver(1);
        try (NetSnmpReceiver receiver = NetSnmpReceiver.start(
                folder, "mware", authWord, Samples.AUTH_PASSWORD, privacyWord, Samples.PRIVACY_PASSWORD)) {
            node.sender.apply(Samples.only(
                    Samples.receiver("nms", receiver.port(), Samples.user("mware", auth, privacy), inform)));

            node.sender.send(Samples.syslog(7), List.of("nms"));

            await().atMost(SOON).until(() -> !receiver.traps().isEmpty());
            assertThat(receiver.traps()).hasSize(1).first().asString().contains("\"value\":\"sbc01.example.org\"");
            if (inform) {
                await().atMost(SOON).until(() -> node.status("nms").acknowledged() == 1);
            }
        }
    }

    @Test
    void with_a_wrong_password_nothing_is_accepted_and_informs_wait() {
        node.takeOver(1);
        try (NetSnmpReceiver receiver =
                NetSnmpReceiver.start(folder, "mware", "sha256", "another-secret", "aes", "another-secret")) {
            node.sender.apply(Samples.only(Samples.receiver(
                    "nms", receiver.port(), Samples.user("mware", Auth.SHA_256, Privacy.AES_128), true)));

            node.sender.send(Samples.syslog(7), List.of("nms"));

            await().atMost(SOON).until(() -> !node.deviation("nms").isEmpty());
            assertThat(receiver.traps()).isEmpty();
            assertThat(node.status("nms").acknowledged()).isZero();
            assertThat(node.status("nms").waiting()).isEqualTo(1);
        }
    }
}
