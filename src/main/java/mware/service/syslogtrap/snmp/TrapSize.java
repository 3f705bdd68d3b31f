package mware.service.syslogtrap.snmp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.VariableBinding;

/** Makes a notification fit into one datagram: the longest text loses its end, whole UTF-8 characters at a time. */
final class TrapSize {

    /** The most octets of variable bindings: the rest of a datagram is for the headers of any version. */
    static final int MOST = BerWriter.MAX_DATAGRAM - 507;

    private static final int BINDING_OVERHEAD = 12;

    private TrapSize() {}

    /** The same notification where it fits, else a shortened copy. */
    static Trap fit(Trap trap) {
        int size = 0;
        int longest = -1;
        int longestLength = -1;
        List<VariableBinding> objects = trap.objects();
        for (int i = 0; i < objects.size(); i++) {
            int length = objects.get(i).getVariable() instanceof OctetString text ? text.length() : 8;
            size += BINDING_OVERHEAD + objects.get(i).getOid().size() * 5 + length;
            if (length > longestLength) {
                longest = i;
                longestLength = length;
            }
        }
        if (size <= MOST) {
            return trap;
        }
        if (!(objects.get(longest).getVariable() instanceof OctetString text)) {
            throw new IllegalArgumentException("does not fit into a datagram and has no text to shorten");
        }
        var shorter = new ArrayList<>(objects);
        int keep = boundary(text.getValue(), Math.max(0, text.length() - (size - MOST)));
        shorter.set(
                longest,
                new VariableBinding(
                        objects.get(longest).getOid(), new OctetString(Arrays.copyOf(text.getValue(), keep))));
        return fit(new Trap(trap.notification(), shorter));
    }

    /** The end of the last whole character at or before {@code end}. */
    private static int boundary(byte[] utf8, int end) {
        int at = end;
        while (at > 0 && at > end - 4 && (utf8[at] & 0xC0) == 0x80) {
            at--;
        }
        return (utf8[at] & 0xC0) == 0x80 ? end : at; // not UTF-8: any place will do
    }
}
