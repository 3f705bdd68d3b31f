package mware.service.syslogtrap.snmp;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The group's identity towards version 3 receivers: its engine id, and how often it has been taken over (RFC 3414,
 * 2.2). Pure.
 *
 * @param id snmpEngineID in hexadecimal (RFC 3411, section 5), the same for all nodes of the group for ever
 * @param boots snmpEngineBoots, 1 to 2147483647
 */
record Engine(String id, int boots) {

    /** Where the runtime state keeps it. */
    static final String KEY = "syslog-trap/engine";

    /** At this number RFC 3414 wants an engine to fall silent until it has a new id. */
    static final int LAST_BOOTS = Integer.MAX_VALUE;

    private static final Pattern STORED =
            Pattern.compile("\\{\"id\":\"((?:[0-9a-f]{2}){5,32})\",\"boots\":(\\d{1,10})}");
    private static final int ADMINISTRATIVE = 5; // "octets, administratively assigned"

    Engine {
        if (boots < 1) {
            throw new IllegalArgumentException("boots: must be 1.." + LAST_BOOTS + ", got " + boots);
        }
    }

    /** A new engine with a random id. */
    static Engine create(SecureRandom random) {
        byte[] id = new byte[17];
        random.nextBytes(id);
        id[0] = (byte) (Oids.ENTERPRISE >> 24 | 0x80);
        id[1] = (byte) (Oids.ENTERPRISE >> 16);
        id[2] = (byte) (Oids.ENTERPRISE >> 8);
        id[3] = (byte) Oids.ENTERPRISE;
        id[4] = ADMINISTRATIVE;
        return new Engine(HexFormat.of().formatHex(id), 1);
    }

    /** The engine of the next term: one boot more, or a new id where no boot is left (RFC 3414, 2.2.2). */
    Engine next(SecureRandom random) {
        return boots >= LAST_BOOTS - 1 ? create(random) : new Engine(id, boots + 1);
    }

    /** The id as octets. */
    byte[] octets() {
        return HexFormat.of().parseHex(id);
    }

    byte[] toBytes() {
        return ("{\"id\":\"" + id + "\",\"boots\":" + boots + "}").getBytes(StandardCharsets.US_ASCII);
    }

    /** Reads what {@link #toBytes} wrote; throws an {@link IllegalArgumentException} on anything else. */
    static Engine of(byte[] stored) {
        Matcher matcher = STORED.matcher(new String(stored, StandardCharsets.US_ASCII));
        if (!matcher.matches()) {
            throw new IllegalArgumentException(KEY + " holds no engine");
        }
        return new Engine(matcher.group(1), Integer.parseInt(matcher.group(2)));
    }
}
