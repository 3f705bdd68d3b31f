package mware.service.syslogtrap;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message while it is being taken apart: the octets, how far they are read, and what was found. */
final class Draft {

    final byte[] raw;
    final int end;
    /** The stamp of the message, found or not yet. */
    Stamps stamps;

    int at;
    int facility = 1;
    int severity = 5;
    int version;
    String host = "";
    String app = "";
    String procId = "";
    String msgId = "";
    List<SyslogMessage.SdElement> structuredData = List.of();
    int textFrom;
    /** Something in it is a form that we know, even without priority and stamp. */
    boolean recognized;

    Draft(byte[] raw, int from, int end) {
        this.raw = raw;
        this.at = from;
        this.end = end;
        stamps = new Stamps(raw, end);
    }

    SyslogMessage finish(@Nullable String problem, @Nullable Instant timestamp, int offsetSeconds) {
        return new SyslogMessage(
                facility,
                severity,
                version,
                timestamp,
                offsetSeconds,
                host,
                app,
                procId,
                msgId,
                structuredData,
                raw,
                problem == null ? Math.min(textFrom, end) : 0,
                end,
                problem);
    }
}
