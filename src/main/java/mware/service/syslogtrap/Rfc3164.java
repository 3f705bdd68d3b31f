package mware.service.syslogtrap;

/**
 * Reads what follows the priority as RFC 3164 has it, and as devices write it: sequence numbers, names and colons before
 * the stamp, a stamp or an uptime or neither, a name or none, a tag or a vendor's code or neither.
 */
final class Rfc3164 {

    private static final int MOST_STEPS = 6;
    private static final String[] LEVELS = {
        "emerg", "emergency", "alert", "crit", "critical", "err", "error", "warning", "warn", "notice", "info", "debug"
    };

    private final Draft draft;
    private final byte[] b;
    private final int end;
    private final boolean priority;

    Rfc3164(Draft draft, boolean priority) {
        this.draft = draft;
        this.priority = priority;
        b = draft.raw;
        end = draft.end;
    }

    void read() {
        boolean stamped = readUpToStamp(draft.stamps);
        if (KeyValues.startAt(b, draft.at, end)) {
            draft.textFrom = draft.at;
            KeyValues.read(draft);
            return;
        }
        if (draft.host.isEmpty() && draft.app.isEmpty()) {
            readHost(stamped);
        }
        if (!draft.host.isEmpty()) {
            skipRelayed();
        }
        if (KeyValues.startAt(b, draft.at, end)) {
            draft.textFrom = draft.at;
            return;
        }
        readTag();
        if (!draft.stamps.found()) {
            draft.stamps.readTrailing();
        }
    }

    /** Steps over what stands before the stamp, and over the stamp; whether there was one, or an uptime. */
    private boolean readUpToStamp(Stamps stamps) {
        for (int step = 0; step < MOST_STEPS; step++) {
            int at = Text.skipSpacesAndColons(b, draft.at, end);
            at += Text.at(b, at, end) == ':' ? 1 : 0; // ASA in EMBLEM form
            draft.at = at;
            if (stamps.read(at)) {
                draft.at = behindStamp(stamps.end());
                return true;
            }
            int uptime = stamps.uptimeEnd(at);
            if (uptime > 0) {
                draft.at = behindStamp(uptime);
                return true;
            }
            int sequence = sequenceEnd(at);
            if (sequence > 0) {
                draft.at = sequence;
                continue;
            }
            int wordEnd = Text.wordEnd(b, at, end);
            if (wordEnd == at || !stepOverWord(stamps, at, wordEnd)) {
                return false;
            }
        }
        return false;
    }

    /** A word before the stamp: the sender's name, the part of a chassis, or a process; false: the text begins here. */
    private boolean stepOverWord(Stamps stamps, int at, int wordEnd) {
        boolean colon = b[wordEnd - 1] == ':';
        int next = Text.skipSpacesAndColons(b, wordEnd, end);
        boolean stampNext = stamps.read(next) || (colon && stamps.uptimeEnd(next) > 0);
        if (colon && b[at] == '*' && stampNext) { // a process of a Cisco controller
            draft.app = Text.string(b, at + 1, wordEnd - 1);
            draft.at = next;
            return true;
        }
        boolean host = Words.isHost(b, at, colon ? wordEnd - 1 : wordEnd);
        if (host
                && draft.host.isEmpty()
                && (stampNext || sequenceEnd(next) > 0 || nodeEnd(stamps, next) > 0 || processNext(stamps, next))) {
            draft.host = Text.string(b, at, colon ? wordEnd - 1 : wordEnd);
            draft.at = next;
            return true;
        }
        int node = nodeEnd(stamps, at);
        draft.at = node > 0 ? node : at;
        return node > 0;
    }

    /** {@code RP/0/RSP0/CPU0:Jan 31 …}: where the stamp begins; -1 when the word is not such. */
    private int nodeEnd(Stamps stamps, int at) {
        int wordEnd = Text.wordEnd(b, at, end);
        boolean slash = false;
        for (int i = at; i < wordEnd - 1; i++) {
            slash |= b[i] == '/';
            if (b[i] == ':') {
                return slash && stamps.read(i + 1) ? i + 1 : -1;
            }
        }
        return -1;
    }

    /** {@code *spamApTask0: Jan 31 …}. */
    private boolean processNext(Stamps stamps, int at) {
        int wordEnd = Text.wordEnd(b, at, end);
        return Text.at(b, at, end) == '*' && b[wordEnd - 1] == ':' && stamps.read(Text.skipSpaces(b, wordEnd, end));
    }

    /** A number that counts messages: {@code 000123:}, or {@code 12} right before a stamp; where it ends, or -1. */
    private int sequenceEnd(int at) {
        int digits = Text.digits(b, at, end);
        if (digits < 1 || digits > 12) {
            return -1;
        }
        int after = Text.at(b, at + digits, end);
        if (after == ':' && Text.digits(b, at + digits + 1, end) != 2) {
            return at + digits + 1;
        }
        return after == ' ' && digits < 7 && draft.stamps.read(at + digits + 1) ? at + digits + 1 : -1;
    }

    private int behindStamp(int at) {
        return Text.skipSpacesAndColons(b, Text.at(b, at, end) == ':' ? at + 1 : at, end);
    }

    private void readHost(boolean stamped) {
        int at = draft.at;
        int wordEnd = Text.wordEnd(b, at, end);
        if (wordEnd == at || b[at] == '%') {
            return;
        }
        int next = Text.skipSpaces(b, wordEnd, end);
        if (b[at] == '[' && b[wordEnd - 1] == ']' && Words.isAddress(b, at + 1, wordEnd - 1)) {
            host(at + 1, wordEnd - 1, next);
            return;
        }
        boolean colon = b[wordEnd - 1] == ':';
        int nameEnd = colon ? wordEnd - 1 : wordEnd;
        if (!Words.isHost(b, at, nameEnd)) {
            return;
        }
        boolean address = Words.isAddress(b, at, nameEnd);
        Tag tag = address ? null : Tag.read(b, at, wordEnd);
        boolean tagNext = Tag.read(b, next, end) != null || Text.at(b, next, end) == '%';
        boolean name = address && (stamped || colon || tagNext);
        if (tag != null || colon) {
            name |= colon && (Text.at(b, next, end) == '%' || (address && tagNext));
        } else if (stamped) {
            name |= Text.at(b, next, end) == ':'
                    || tagNext
                    || wordEnd == end
                    || Words.isNameLike(b, at, nameEnd)
                    || !Words.isPlain(b, next, end)
                    || Text.matches(b, next, end, "last message repeated");
            name &= address || tagNext || Tag.read(b, at, end) == null || Text.at(b, next, end) == ':';
        } else {
            name |= Words.isNameLike(b, at, nameEnd) && tagNext;
        }
        if (name) {
            host(at, nameEnd, next);
        }
    }

    private void host(int from, int to, int next) {
        draft.host = Text.string(b, from, to);
        draft.at = Text.skipSpacesAndColons(b, next, end);
    }

    /** A relay has put its stamp before the device's own header: numbers, names and the second stamp are no text. */
    private void skipRelayed() {
        int sequence = Text.digits(b, draft.at, end);
        boolean counted = sequence > 0 && Text.at(b, draft.at + sequence, end) == ':';
        int at = counted ? Text.skipSpacesAndColons(b, draft.at + sequence, end) : draft.at;
        Stamps inner = new Stamps(b, end);
        if (!inner.read(at) && counted) {
            int wordEnd = Text.wordEnd(b, at, end);
            if (wordEnd > at && b[wordEnd - 1] == ':' && inner.read(Text.skipSpaces(b, wordEnd, end))) {
                at = wordEnd;
            }
        }
        int uptime = inner.found() || !counted ? -1 : inner.uptimeEnd(at);
        if (inner.found() || uptime > 0) {
            draft.at = behindStamp(inner.found() ? inner.end() : uptime);
            if (!draft.stamps.found()) {
                draft.stamps = inner;
            }
        }
    }

    private void readTag() {
        int at = draft.at;
        draft.textFrom = at;
        if (readCode(at)) {
            return;
        }
        int wordEnd = Text.wordEnd(b, at, end);
        if (isLevel(at, wordEnd)) {
            int next = Text.skipSpaces(b, wordEnd, end);
            if (Tag.read(b, next, end) != null) {
                at = next;
            }
        }
        int event = Text.digits(b, at, end);
        if (event >= 3
                && event <= 6
                && Text.at(b, at + event, end) == ' '
                && Tag.read(b, at + event + 1, end) != null) {
            draft.msgId = Text.string(b, at, at + event);
            at += event + 1;
        }
        Tag tag = draft.app.isEmpty() ? Tag.read(b, at, end) : null;
        if (tag == null) {
            return;
        }
        int from = b[tag.nameFrom()] == '/' ? lastPart(tag) : tag.nameFrom();
        draft.app = Text.string(b, from, tag.nameTo());
        draft.procId = Text.string(b, tag.idFrom(), tag.idTo());
        draft.textFrom = tag.textFrom();
        readCode(Text.skipSpaces(b, tag.textFrom(), end));
    }

    private boolean readCode(int at) {
        VendorCode code = VendorCode.read(b, at, end);
        if (code == null && Text.at(b, at, end) == '%') { // %STKUNIT0-M:CP %SEC-5-LOGIN
            code = VendorCode.read(b, Text.skipSpaces(b, Text.wordEnd(b, at, end), end), end);
        }
        if (code == null) {
            return false;
        }
        draft.app = draft.app.isEmpty() ? code.facility() : draft.app;
        draft.msgId = code.code();
        draft.severity = priority ? draft.severity : code.severity();
        draft.recognized = true;
        return true;
    }

    private int lastPart(Tag tag) {
        int from = tag.nameTo();
        while (b[from - 1] != '/') {
            from--;
        }
        return from;
    }

    /** {@code notice} or {@code local0.notice} before the tag. */
    private boolean isLevel(int from, int to) {
        int dot = from;
        while (dot < to && b[dot] != '.') {
            dot++;
        }
        int start = dot < to ? dot + 1 : from;
        for (String level : LEVELS) {
            if (to - start == level.length() && Text.matches(b, start, to, level)) {
                return true;
            }
        }
        return false;
    }
}
