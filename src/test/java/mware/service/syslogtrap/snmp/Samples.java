package mware.service.syslogtrap.snmp;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import mware.service.syslogtrap.snmp.Receiver.Access;
import mware.service.syslogtrap.snmp.Receiver.Auth;
import mware.service.syslogtrap.snmp.Receiver.Community;
import mware.service.syslogtrap.snmp.Receiver.Privacy;
import mware.service.syslogtrap.snmp.Receiver.User;
import org.snmp4j.smi.Integer32;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.UnsignedInteger32;
import org.snmp4j.smi.Variable;
import org.snmp4j.smi.VariableBinding;

/** Receivers and notifications that tests use. */
final class Samples {

    static final String AUTH_PASSWORD = "auth-secret-1";
    static final String PRIVACY_PASSWORD = "priv-secret-2";

    private Samples() {}

    static Receiver receiver(String name, int port, Access access, boolean inform) {
        return new Receiver(
                name, "127.0.0.1", port, access, inform, Duration.ofMillis(500), 1, 1_000_000, 20_000, true);
    }

    static Receiver plain(String name, int port) {
        return receiver(name, port, new Community("public"), false);
    }

    static User user(String name, Auth auth, Privacy privacy) {
        return new User(name, auth, AUTH_PASSWORD, privacy, PRIVACY_PASSWORD, "");
    }

    static Receivers only(Receiver... receivers) {
        return new Receivers(List.of(receivers), Map.of());
    }

    /** A notification with one text, to be told from others by it. */
    static Trap text(String text) {
        return new Trap(
                new OID("1.3.6.1.2.1.192.0.1"),
                List.of(new VariableBinding(new OID("1.3.6.1.2.1.192.1.2.1.11.1"), octets(text))));
    }

    /** A syslog message as RFC 5676 has it: twelve variable bindings with the two that begin each notification. */
    static Trap syslog(int index) {
        return new Trap(
                new OID("1.3.6.1.2.1.192.0.1"),
                List.of(
                        binding(2, index, new Integer32(3)),
                        binding(3, index, new Integer32(4)),
                        binding(4, index, new UnsignedInteger32(1)),
                        binding(5, index, new OctetString(new byte[] {7, -22, 11, 21, 22, 7, 1, 1, -30, 64, 43, 0, 0})),
                        binding(6, index, octets("sbc01.example.org")),
                        binding(7, index, octets("kamailio")),
                        binding(8, index, octets("24817")),
                        binding(9, index, octets("REGISTER")),
                        binding(10, index, new UnsignedInteger32(0)),
                        binding(
                                11,
                                index,
                                octets("registration of sip:1042@demo.mware.local failed: timeout after 32000 ms"))));
    }

    private static VariableBinding binding(int column, int index, Variable value) {
        return new VariableBinding(new OID(new int[] {1, 3, 6, 1, 2, 1, 192, 1, 2, 1, column, index}), value);
    }

    static OctetString octets(String text) {
        return new OctetString(text.getBytes(StandardCharsets.UTF_8));
    }
}
