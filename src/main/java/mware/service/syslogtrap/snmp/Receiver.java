package mware.service.syslogtrap.snmp;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.snmp4j.security.AuthHMAC128SHA224;
import org.snmp4j.security.AuthHMAC192SHA256;
import org.snmp4j.security.AuthHMAC256SHA384;
import org.snmp4j.security.AuthHMAC384SHA512;
import org.snmp4j.security.AuthSHA;
import org.snmp4j.security.PrivAES128;
import org.snmp4j.security.PrivAES192;
import org.snmp4j.security.PrivAES256;
import org.snmp4j.security.SecurityLevel;
import org.snmp4j.security.nonstandard.PrivAES192With3DESKeyExtension;
import org.snmp4j.security.nonstandard.PrivAES256With3DESKeyExtension;
import org.snmp4j.smi.OID;

/**
 * Who gets notifications, and how; one entry of the setting {@code syslog_trap.receivers}.
 *
 * @param name what rules and the system state call it
 * @param host name or address
 * @param port UDP port, default 162
 * @param access version 2c with a community, or version 3 with a user
 * @param inform whether it must acknowledge each notification (RFC 3416, 4.2.7)
 * @param timeout how long an answer to an inform is waited for, 0.1 to 60 s, default 1.5 s
 * @param retries how often an unanswered inform is repeated at once, before it waits its turn, 0 to 10, default 1
 * @param maxTrapsPerSecond 1 to 1 000 000, default 1000; what is beyond is counted and told
 * @param outboxEntries how many unacknowledged informs are kept, 100 to 100 000, default 20 000
 * @param systemState whether it is told of changes of the system state too, default true
 */
public record Receiver(
        String name,
        String host,
        int port,
        Access access,
        boolean inform,
        Duration timeout,
        int retries,
        int maxTrapsPerSecond,
        int outboxEntries,
        boolean systemState) {

    /** The host and port, for log lines and reasons. */
    String address() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** What the receiver demands of those who send to it. */
    public sealed interface Access {}

    /** Version 2c (RFC 1901). */
    public record Community(String community) implements Access {
        @Override
        public String toString() {
            return "v2c"; // the community is all the secret there is
        }
    }

    /**
     * Version 3, user-based security model (RFC 3414).
     *
     * @param auth absent: nothing is signed
     * @param privacy absent: nothing is encrypted
     * @param context the context name, empty by default
     */
    public record User(
            String user,
            @Nullable Auth auth,
            @Nullable String authPassword,
            @Nullable Privacy privacy,
            @Nullable String privacyPassword,
            String context)
            implements Access {

        /** The security level as snmp4j numbers it. */
        int level() {
            return auth == null
                    ? SecurityLevel.NOAUTH_NOPRIV
                    : privacy == null ? SecurityLevel.AUTH_NOPRIV : SecurityLevel.AUTH_PRIV;
        }

        @Override
        public String toString() {
            return "v3 " + user + " " + auth + " " + privacy; // never the passwords
        }
    }

    /** How messages are signed. */
    public enum Auth {
        /** HMAC-96-SHA, RFC 3414; for old receivers only. */
        SHA_1("SHA-1", AuthSHA.ID),
        /** RFC 7860. */
        SHA_224("SHA-224", AuthHMAC128SHA224.ID),
        /** RFC 7860. */
        SHA_256("SHA-256", AuthHMAC192SHA256.ID),
        /** RFC 7860. */
        SHA_384("SHA-384", AuthHMAC256SHA384.ID),
        /** RFC 7860. */
        SHA_512("SHA-512", AuthHMAC384SHA512.ID);

        final String word;
        final OID id;

        Auth(String word, OID id) {
            this.word = word;
            this.id = id;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    /** How messages are encrypted; the names are those of net-snmp. */
    public enum Privacy {
        /** RFC 3826. */
        AES_128("AES-128", PrivAES128.ID),
        /** Longer key by draft-blumenthal-aes-usm-04. */
        AES_192("AES-192", PrivAES192.ID),
        /** Longer key by draft-blumenthal-aes-usm-04. */
        AES_256("AES-256", PrivAES256.ID),
        /** Longer key by draft-reeder-snmpv3-usm-3desede-00, as Cisco does. */
        AES_192_C("AES-192-C", PrivAES192With3DESKeyExtension.ID),
        /** Longer key by draft-reeder-snmpv3-usm-3desede-00, as Cisco does. */
        AES_256_C("AES-256-C", PrivAES256With3DESKeyExtension.ID);

        final String word;
        final OID id;

        Privacy(String word, OID id) {
            this.word = word;
            this.id = id;
        }

        @Override
        public String toString() {
            return word;
        }
    }
}
