package mware.service.syslogtrap.snmp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.snmp4j.asn1.BER;
import org.snmp4j.asn1.BEROutputStream;
import org.snmp4j.smi.Counter64;
import org.snmp4j.smi.Integer32;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.UnsignedInteger32;
import org.snmp4j.smi.Variable;
import org.snmp4j.smi.VariableBinding;

/**
 * Writes SNMP messages in BER (X.690, RFC 3417 section 8) from the end to the beginning, so that each length is known
 * when it is written.
 *
 * <p>One buffer is used for all messages: at tens of thousands of traps a second, snmp4j's own two passes and fresh
 * buffers cost more than the sending (docs/decisions/snmp-sending.md). Not safe for use by several threads.
 */
final class BerWriter {

    /** The largest UDP payload over IPv4. */
    static final int MAX_DATAGRAM = 65_507;

    private byte[] bytes = new byte[4096];
    private int start = bytes.length;

    /** The whole message of a v2c trap (RFC 3416, 4.2.6), ready to be sent; valid until the next call. */
    ByteBuffer trap(byte[] community, int requestId, long upTime, Trap trap) {
        start = bytes.length;
        bindings(upTime, trap);
        integer(BER.INTEGER, 0);
        integer(BER.INTEGER, 0);
        integer(BER.INTEGER, requestId);
        header(0xA7, bytes.length - start);
        octets(BER.OCTETSTRING, community);
        integer(BER.INTEGER, 1);
        header(BER.SEQUENCE, bytes.length - start);
        return ByteBuffer.wrap(bytes, start, bytes.length - start);
    }

    /** Only the list of variable bindings, in a fresh array. */
    byte[] bindingList(long upTime, Trap trap) {
        start = bytes.length;
        bindings(upTime, trap);
        return Arrays.copyOfRange(bytes, start, bytes.length);
    }

    private void bindings(long upTime, Trap trap) {
        int end = bytes.length - start;
        List<VariableBinding> objects = trap.objects();
        for (int i = objects.size() - 1; i >= 0; i--) {
            VariableBinding object = objects.get(i);
            int before = bytes.length - start;
            value(object.getVariable());
            oid(object.getOid());
            header(BER.SEQUENCE, bytes.length - start - before);
        }
        int before = bytes.length - start;
        oid(trap.notification());
        oid(Oids.SNMP_TRAP_OID);
        header(BER.SEQUENCE, bytes.length - start - before);
        before = bytes.length - start;
        unsigned(BER.TIMETICKS, upTime);
        oid(Oids.SYS_UP_TIME);
        header(BER.SEQUENCE, bytes.length - start - before);
        header(BER.SEQUENCE, bytes.length - start - end);
    }

    private void value(Variable value) {
        int syntax = value.getSyntax();
        if (value instanceof OctetString text) {
            octets(syntax, text.getValue());
        } else if (value instanceof Integer32 number) {
            integer(syntax, number.getValue());
        } else if (value instanceof UnsignedInteger32 number) {
            unsigned(syntax, number.getValue());
        } else if (value instanceof Counter64 number) {
            unsigned(syntax, number.getValue());
        } else if (value instanceof OID oid) {
            oid(oid);
        } else {
            var out = new BEROutputStream(ByteBuffer.allocate(value.getBERLength()));
            try {
                value.encodeBER(out);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            put(out.getBuffer().array());
        }
    }

    private void oid(OID oid) {
        int before = bytes.length - start;
        int size = oid.size();
        for (int i = size - 1; i >= 2; i--) {
            subId(oid.getUnsigned(i));
        }
        subId((size > 0 ? oid.getUnsigned(0) : 0) * 40 + (size > 1 ? oid.getUnsigned(1) : 0));
        header(BER.OID, bytes.length - start - before);
    }

    private void subId(long id) {
        room(5);
        bytes[--start] = (byte) (id & 0x7F);
        for (long rest = id >>> 7; rest != 0; rest >>>= 7) {
            bytes[--start] = (byte) (rest & 0x7F | 0x80);
        }
    }

    private void integer(int tag, int value) {
        room(5);
        int before = bytes.length - start;
        int rest = value;
        do {
            bytes[--start] = (byte) rest;
            rest >>= 8;
        } while (rest != (bytes[start] < 0 ? -1 : 0));
        header(tag, bytes.length - start - before);
    }

    /** Unsigned of up to 64 bits: a leading zero octet keeps it from being read as negative. */
    private void unsigned(int tag, long value) {
        room(10);
        int before = bytes.length - start;
        long rest = value;
        do {
            bytes[--start] = (byte) rest;
            rest >>>= 8;
        } while (rest != 0);
        if (bytes[start] < 0) {
            bytes[--start] = 0;
        }
        header(tag, bytes.length - start - before);
    }

    private void octets(int tag, byte[] value) {
        put(value);
        header(tag, value.length);
    }

    private void put(byte[] value) {
        room(value.length);
        start -= value.length;
        System.arraycopy(value, 0, bytes, start, value.length);
    }

    private void header(int tag, int length) {
        room(5);
        if (length < 0x80) {
            bytes[--start] = (byte) length;
        } else {
            int octets = 0;
            for (int rest = length; rest != 0; rest >>>= 8) {
                bytes[--start] = (byte) rest;
                octets++;
            }
            bytes[--start] = (byte) (0x80 | octets);
        }
        bytes[--start] = (byte) tag;
    }

    private void room(int needed) {
        if (start < needed) {
            int used = bytes.length - start;
            byte[] larger = new byte[Math.max(bytes.length * 2, used + needed)];
            System.arraycopy(bytes, start, larger, larger.length - used, used);
            bytes = larger;
            start = larger.length - used;
        }
    }
}
