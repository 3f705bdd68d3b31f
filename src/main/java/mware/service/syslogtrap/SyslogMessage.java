package mware.service.syslogtrap;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One syslog message, taken apart as RFC 5424 names its parts; a part that the message does not have is empty.
 *
 * @param facility 0..23; 1 (user) where the message names none (RFC 3164, 4.3.3)
 * @param severity 0 (emergency) .. 7 (debug); 5 (notice) where the message names none
 * @param version 1 for RFC 5424, 0 for everything older
 * @param timestamp when it happened, by the sender's clock; null when the message does not say
 * @param offsetSeconds the sender's distance from UTC, or this node's where the stamp names no zone
 * @param host the sender's own name or address, as it writes it
 * @param app the program or the part of the device that speaks: APP-NAME, TAG, or the facility of a vendor's code
 * @param procId PROCID, or what stands in brackets behind the tag
 * @param msgId MSGID, or the vendor's code such as {@code LINK-3-UPDOWN}
 * @param structuredData the elements in their order, values without escapes
 * @param raw the octets as they came, without framing; not copied
 * @param textFrom where the text begins in {@code raw}
 * @param textTo where it ends
 * @param problem why the message could not be taken apart; null when it could
 */
public record SyslogMessage(
        int facility,
        int severity,
        int version,
        @Nullable Instant timestamp,
        int offsetSeconds,
        String host,
        String app,
        String procId,
        String msgId,
        List<SdElement> structuredData,
        byte[] raw,
        int textFrom,
        int textTo,
        @Nullable String problem) {

    /** The lowest severity there is. */
    public static final int DEBUG = 7;

    /** Whether the message could be taken apart. */
    public boolean parsed() {
        return problem == null;
    }

    /** The same, with the address that it came from in place of a name. */
    SyslogMessage from(String address) {
        return new SyslogMessage(
                facility,
                severity,
                version,
                timestamp,
                offsetSeconds,
                address,
                app,
                procId,
                msgId,
                structuredData,
                raw,
                textFrom,
                textTo,
                problem);
    }

    /** The text in words; octets that are not UTF-8 become replacement characters. */
    public String text() {
        return new String(raw, textFrom, textTo - textFrom, StandardCharsets.UTF_8);
    }

    /** One element of structured data (RFC 5424, 6.3). */
    public record SdElement(String id, List<SdParam> params) {}

    /** One named value of structured data. */
    public record SdParam(String name, String value) {}
}
