package mware.service.syslogtrap;

import java.nio.charset.StandardCharsets;

/** Reads messages that are pairs from the first octet on, as firewalls send: {@code date=2026-01-31 time=10:00:00 devname=…}. */
final class KeyValues {

    private static final int MOST_PAIRS = 24;

    private KeyValues() {}

    /** Whether a pair begins at {@code i}. */
    static boolean startAt(byte[] b, int i, int end) {
        return Text.isLetter(Text.at(b, i, end)) && Text.at(b, keyEnd(b, i, end), end) == '=';
    }

    /** Takes name, stamp and kind from the pairs at {@code draft.at}; the text stays all of them. */
    static void read(Draft draft) {
        byte[] b = draft.raw;
        String date = "";
        String time = "";
        String zone = "";
        int i = draft.at;
        for (int n = 0; n < MOST_PAIRS && startAt(b, i, draft.end); n++) {
            int keyEnd = keyEnd(b, i, draft.end);
            boolean quoted = Text.at(b, keyEnd + 1, draft.end) == '"';
            int from = keyEnd + (quoted ? 2 : 1);
            int to = from;
            while (to < draft.end && (quoted ? b[to] != '"' : b[to] != ' ' && b[to] != ',')) {
                to++;
            }
            switch (Text.string(b, i, keyEnd)) {
                case "date" -> date = Text.string(b, from, to);
                case "time", "timestamp" -> time = Text.string(b, from, to);
                case "tz", "timezone" -> zone = Text.string(b, from, to);
                case "devname", "device_name", "fw", "hostname", "host", "dvchost" ->
                    draft.host = Text.string(b, from, to);
                case "type", "log_type" -> draft.app = Text.string(b, from, to);
                case "logid", "log_id" -> draft.msgId = Text.string(b, from, to);
                default -> {
                    // the text has it
                }
            }
            i = to + (quoted ? 1 : 0);
            i = Text.skipSpaces(b, Text.at(b, i, draft.end) == ',' ? i + 1 : i, draft.end);
        }
        if (!draft.stamps.found() && !time.isEmpty()) {
            byte[] stamp = (date + " " + time + " " + zone).strip().getBytes(StandardCharsets.UTF_8);
            draft.stamps = new Stamps(stamp, stamp.length);
            draft.stamps.read(0);
        }
    }

    private static int keyEnd(byte[] b, int i, int end) {
        int limit = Math.min(end, i + 32);
        while (i < limit && (Text.isLetter(b[i]) || Text.isDigit(b[i]) || b[i] == '_' || b[i] == '-')) {
            i++;
        }
        return i;
    }
}
