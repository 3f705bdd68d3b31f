package mware.service.syslogtrap.snmp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.snmp4j.PDU;
import org.snmp4j.asn1.BER;
import org.snmp4j.asn1.BERInputStream;
import org.snmp4j.smi.Counter32;
import org.snmp4j.smi.Counter64;
import org.snmp4j.smi.Gauge32;
import org.snmp4j.smi.Integer32;
import org.snmp4j.smi.IpAddress;
import org.snmp4j.smi.Null;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.Opaque;
import org.snmp4j.smi.TimeTicks;
import org.snmp4j.smi.UnsignedInteger32;
import org.snmp4j.smi.Variable;
import org.snmp4j.smi.VariableBinding;

class BerWriterTest {

    private static final byte[] COMMUNITY = {'p', 'u', 'b', 'l', 'i', 'c'};

    private final BerWriter writer = new BerWriter();

    @Test
    void what_it_writes_snmp4j_reads_as_the_same() throws Exception {
        var random = new Random(5676);
        for (int round = 0; round < 3000; round++) {
            var bindings = new ArrayList<VariableBinding>();
            for (int i = random.nextInt(14); i > 0; i--) {
                bindings.add(new VariableBinding(oid(random), variable(random)));
            }
            var trap = new Trap(oid(random), bindings);
            int requestId = random.nextInt() & Integer.MAX_VALUE;
            long upTime = random.nextLong() & 0xFFFF_FFFFL;

            PDU read = read(writer.trap(COMMUNITY, requestId, upTime, trap));

            assertThat(read.getType()).isEqualTo(PDU.NOTIFICATION);
            assertThat(read.getRequestID().getValue()).isEqualTo(requestId);
            assertThat(read.getVariableBindings()).isEqualTo(whole(upTime, trap));
            assertThat(Snmp4j.decode(writer.bindingList(upTime, trap))).isEqualTo(whole(upTime, trap));
        }
    }

    @Test
    void the_edges_of_numbers_are_written_right() throws Exception {
        var values = List.<Variable>of(
                new Integer32(0),
                new Integer32(127),
                new Integer32(128),
                new Integer32(-1),
                new Integer32(-128),
                new Integer32(-129),
                new Integer32(Integer.MIN_VALUE),
                new Integer32(Integer.MAX_VALUE),
                new UnsignedInteger32(0x7FL),
                new UnsignedInteger32(0x80L),
                new UnsignedInteger32(0xFFFF_FFFFL),
                new Counter64(-1),
                new Counter64(0x80),
                new OID("2.999.4294967295.0"));
        for (Variable value : values) {
            var trap = new Trap(Oids.RAISED, List.of(new VariableBinding(Oids.KEY, value)));
            assertThat(read(writer.trap(COMMUNITY, 1, 1, trap)).getVariable(Oids.KEY))
                    .isEqualTo(value);
        }
    }

    private static List<VariableBinding> whole(long upTime, Trap trap) {
        var all = new ArrayList<VariableBinding>();
        all.add(new VariableBinding(Oids.SYS_UP_TIME, new TimeTicks(upTime)));
        all.add(new VariableBinding(Oids.SNMP_TRAP_OID, trap.notification()));
        all.addAll(trap.objects());
        return all;
    }

    private static PDU read(ByteBuffer message) throws Exception {
        var in = new BERInputStream(message);
        int length = BER.decodeHeader(in, new BER.MutableByte());
        assertThat(in.available()).isEqualTo(length);
        var version = new Integer32();
        version.decodeBER(in);
        assertThat(version.getValue()).isEqualTo(1);
        var community = new OctetString();
        community.decodeBER(in);
        assertThat(community.getValue()).isEqualTo(COMMUNITY);
        var pdu = new PDU();
        pdu.decodeBER(in);
        assertThat(in.available()).isZero();
        return pdu;
    }

    private static OID oid(Random random) {
        int[] subIds = new int[2 + random.nextInt(14)];
        subIds[0] = 1;
        subIds[1] = random.nextInt(40);
        for (int i = 2; i < subIds.length; i++) {
            subIds[i] = random.nextInt() >>> random.nextInt(32);
        }
        return new OID(subIds);
    }

    private static Variable variable(Random random) {
        return switch (random.nextInt(11)) {
            case 0 -> new Integer32(random.nextInt() >> random.nextInt(32));
            case 1 -> new UnsignedInteger32(random.nextLong() & 0xFFFF_FFFFL >>> random.nextInt(32));
            case 2 -> new Counter32(random.nextLong() & 0xFFFF_FFFFL);
            case 3 -> new Gauge32(random.nextLong() & 0xFFFF_FFFFL);
            case 4 -> new TimeTicks(random.nextLong() & 0xFFFF_FFFFL);
            case 5 -> new Counter64(random.nextLong() >>> random.nextInt(64));
            case 6 -> oid(random);
            case 7 -> new IpAddress(new byte[] {10, (byte) random.nextInt(), 0, 1});
            case 8 -> new Null();
            case 9 -> new Opaque(octets(random, 40));
            default -> new OctetString(octets(random, random.nextInt(8) == 0 ? 5000 : 200));
        };
    }

    private static byte[] octets(Random random, int most) {
        byte[] octets = new byte[random.nextInt(most)];
        random.nextBytes(octets);
        return octets;
    }
}
