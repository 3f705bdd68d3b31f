package mware.service.udpecho;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * A range of IPv4 or IPv6 addresses (RFC 4632, RFC 4291).
 *
 * @param address an address of the range
 * @param prefix how many leading bits its addresses share, 0..32 or 0..128
 */
public record Network(InetAddress address, int prefix) {

    /** Both loopback ranges. */
    static final Network LOOPBACK_4 = parse("127.0.0.0/8");

    static final Network LOOPBACK_6 = parse("::1");

    public Network {
        int bits = address.getAddress().length * 8;
        if (prefix < 0 || prefix > bits) {
            throw new IllegalArgumentException("prefix length must be 0.." + bits + ", got " + prefix);
        }
    }

    /**
     * Reads {@code 10.0.0.0/8}, {@code fd00::/8} or a single address; never asks DNS.
     *
     * @throws IllegalArgumentException with what is wrong
     */
    public static Network parse(String text) {
        String[] parts = text.split("/", -1);
        boolean literal =
                parts[0].matches("\\d{1,3}(\\.\\d{1,3}){3}") || parts[0].matches("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
        if (parts.length > 2 || !literal || (parts.length == 2 && !parts[1].matches("\\d{1,3}"))) {
            throw new IllegalArgumentException("must be an IP address or address/prefix length, got \"" + text + "\"");
        }
        try {
            InetAddress address = InetAddress.getByName(parts[0]);
            int prefix = parts.length == 2 ? Integer.parseInt(parts[1]) : address.getAddress().length * 8;
            return new Network(address, prefix);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    "must be an IP address or address/prefix length, got \"" + text + "\"", e);
        }
    }

    /** Whether {@code other} is in this range; an address of the other family never is. */
    public boolean contains(InetAddress other) {
        byte[] mine = address.getAddress();
        byte[] its = other.getAddress();
        if (mine.length != its.length) {
            return false;
        }
        int whole = prefix / 8;
        for (int i = 0; i < whole; i++) {
            if (mine[i] != its[i]) {
                return false;
            }
        }
        int rest = prefix % 8;
        return rest == 0 || (mine[whole] ^ its[whole]) >> (8 - rest) == 0;
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + prefix;
    }
}
