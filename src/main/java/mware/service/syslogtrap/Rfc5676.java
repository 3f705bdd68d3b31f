package mware.service.syslogtrap;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import mware.service.syslogtrap.SyslogMessage.SdElement;
import mware.service.syslogtrap.SyslogMessage.SdParam;
import mware.service.syslogtrap.snmp.Trap;
import org.snmp4j.smi.Integer32;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.UnsignedInteger32;
import org.snmp4j.smi.VariableBinding;

/** Says a syslog message as the notification of SYSLOG-MSG-MIB (RFC 5676), with all its objects. */
final class Rfc5676 {

    /** syslogMsgNotification. */
    static final OID NOTIFICATION = new OID("1.3.6.1.2.1.192.0.1");

    private static final int[] ENTRY = {1, 3, 6, 1, 2, 1, 192, 1, 2, 1};
    private static final int[] PARAM_VALUE = {1, 3, 6, 1, 2, 1, 192, 1, 3, 1, 4};
    private static final int FACILITY = 2;
    private static final int SEVERITY = 3;
    private static final int VERSION = 4;
    private static final int TIME_STAMP = 5;
    private static final int HOST_NAME = 6;
    private static final int APP_NAME = 7;
    private static final int PROC_ID = 8;
    private static final int MSG_ID = 9;
    private static final int SD_PARAMS = 10;
    private static final int MSG = 11;
    private static final int OBJECTS = 10;
    private static final int LONGEST_HOST = 255;
    private static final int LONGEST_APP = 48;
    private static final int LONGEST_PROC_ID = 128;
    private static final int LONGEST_MSG_ID = 32;
    private static final int LONGEST_SD_NAME = 32;
    private static final int MOST_PARAMS = 32; // the count tells of all of them, the values are sent of so many
    private static final OctetString NONE = new OctetString();

    private final AtomicLong index = new AtomicLong();

    /** The notification; each has the next syslogMsgIndex, which wraps to 1. */
    Trap trap(SyslogMessage message) {
        int row = (int) (index.getAndIncrement() % 0xFFFF_FFFFL + 1);
        int params = 0;
        for (SdElement element : message.structuredData()) {
            params += element.params().size();
        }
        List<VariableBinding> objects = new ArrayList<>(OBJECTS + Math.min(params, MOST_PARAMS));
        objects.add(new VariableBinding(column(FACILITY, row), new Integer32(message.facility())));
        objects.add(new VariableBinding(column(SEVERITY, row), new Integer32(message.severity())));
        objects.add(new VariableBinding(column(VERSION, row), new UnsignedInteger32(message.version())));
        objects.add(new VariableBinding(column(TIME_STAMP, row), timeStamp(message)));
        objects.add(new VariableBinding(column(HOST_NAME, row), display(message.host(), LONGEST_HOST)));
        objects.add(new VariableBinding(column(APP_NAME, row), display(message.app(), LONGEST_APP)));
        objects.add(new VariableBinding(column(PROC_ID, row), display(message.procId(), LONGEST_PROC_ID)));
        objects.add(new VariableBinding(column(MSG_ID, row), display(message.msgId(), LONGEST_MSG_ID)));
        objects.add(new VariableBinding(column(SD_PARAMS, row), new UnsignedInteger32(params)));
        byte[] text = Arrays.copyOfRange(message.raw(), message.textFrom(), message.textTo());
        objects.add(new VariableBinding(column(MSG, row), new OctetString(text)));
        if (params > 0) {
            addParams(message, row, objects);
        }
        return new Trap(NOTIFICATION, objects);
    }

    private static OID column(int column, int row) {
        int[] id = Arrays.copyOf(ENTRY, ENTRY.length + 2);
        id[ENTRY.length] = column;
        id[ENTRY.length + 1] = row;
        return new OID(id);
    }

    /** syslogMsgSDParamValue, indexed by row, number, SD-ID and name. */
    private static void addParams(SyslogMessage message, int row, List<VariableBinding> objects) {
        int number = 0;
        for (SdElement element : message.structuredData()) {
            for (SdParam param : element.params()) {
                if (++number > MOST_PARAMS) {
                    return;
                }
                OID id = new OID(PARAM_VALUE);
                id.append(row);
                id.append(number);
                id.append(display(element.id(), LONGEST_SD_NAME).toSubIndex(false));
                id.append(display(param.name(), LONGEST_SD_NAME).toSubIndex(false));
                objects.add(
                        new VariableBinding(id, new OctetString(param.value().getBytes(StandardCharsets.UTF_8))));
            }
        }
    }

    /** SyslogTimeStamp: 13 octets with the distance from UTC; none when the message has no stamp. */
    private static OctetString timeStamp(SyslogMessage message) {
        Instant stamp = message.timestamp();
        if (stamp == null) {
            return NONE;
        }
        LocalDateTime local = LocalDateTime.ofEpochSecond(
                stamp.getEpochSecond(), stamp.getNano(), ZoneOffset.ofTotalSeconds(message.offsetSeconds()));
        int micros = local.getNano() / 1000;
        int minutes = Math.abs(message.offsetSeconds()) / 60;
        return new OctetString(new byte[] {
            (byte) (local.getYear() >> 8),
            (byte) local.getYear(),
            (byte) local.getMonthValue(),
            (byte) local.getDayOfMonth(),
            (byte) local.getHour(),
            (byte) local.getMinute(),
            (byte) local.getSecond(),
            (byte) (micros >> 16),
            (byte) (micros >> 8),
            (byte) micros,
            (byte) (message.offsetSeconds() < 0 ? '-' : '+'),
            (byte) (minutes / 60),
            (byte) (minutes % 60)
        });
    }

    /** DisplayString (RFC 2579) is ASCII: other characters become question marks. */
    private static OctetString display(String text, int longest) {
        if (text.isEmpty()) {
            return NONE;
        }
        String shown = text.length() > longest ? text.substring(0, longest) : text;
        return new OctetString(shown.getBytes(StandardCharsets.US_ASCII));
    }
}
