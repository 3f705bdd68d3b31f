package mware.service.syslogtrap;

import java.util.ArrayList;
import java.util.List;
import mware.service.syslogtrap.SyslogMessage.SdElement;
import mware.service.syslogtrap.SyslogMessage.SdParam;
import org.jspecify.annotations.Nullable;

/** Reads what follows the priority as RFC 5424, 6 has it; a header that breaks off leaves the rest empty. */
final class Rfc5424 {

    private final Draft draft;
    private final byte[] b;
    private final int end;
    private int at;

    private Rfc5424(Draft draft) {
        this.draft = draft;
        b = draft.raw;
        end = draft.end;
        at = draft.at;
    }

    /** Fills the draft and returns true, or leaves it alone and returns false: the message is of an older kind. */
    static boolean read(Draft draft) {
        return new Rfc5424(draft).read();
    }

    private boolean read() {
        int digits = Text.digits(b, at, end);
        if (digits < 1 || digits > 3 || b[at] == '0' || Text.at(b, at + digits, end) != ' ') {
            return false;
        }
        int version = Text.number(b, at, at + digits);
        at = Text.skipSpaces(b, at + digits, end);
        if (Text.at(b, at, end) == '-' && (at + 1 == end || b[at + 1] == ' ')) {
            at++;
        } else if (draft.stamps.readIso(at)) {
            at = draft.stamps.end();
        } else {
            return false;
        }
        draft.version = version;
        draft.host = field();
        draft.app = field();
        draft.procId = field();
        draft.msgId = field();
        at = Text.skipSpaces(b, at, end);
        readStructuredData();
        if (Text.at(b, at, end) == ' ') {
            at++;
        }
        draft.textFrom = Text.skipBom(b, at, end);
        return true;
    }

    private String field() {
        int from = Text.skipSpaces(b, at, end);
        int to = from;
        while (to < end && b[to] != ' ') {
            to++;
        }
        at = to;
        return to - from == 1 && b[from] == '-' ? "" : Text.string(b, from, to);
    }

    private void readStructuredData() {
        if (Text.at(b, at, end) == '-' && (at + 1 == end || b[at + 1] == ' ')) {
            at++;
            return;
        }
        List<SdElement> elements = new ArrayList<>(2);
        int from = at;
        while (Text.at(b, at, end) == '[') {
            SdElement element = element();
            if (element == null) { // not structured data after all: it is text
                at = from;
                return;
            }
            elements.add(element);
            from = at;
            draft.structuredData = elements;
        }
    }

    private @Nullable SdElement element() {
        int from = ++at;
        while (at < end && b[at] != ' ' && b[at] != ']' && b[at] != '=' && b[at] != '"') {
            at++;
        }
        String id = Text.string(b, from, at);
        List<SdParam> params = new ArrayList<>(4);
        while (true) {
            at = Text.skipSpaces(b, at, end);
            if (Text.at(b, at, end) == ']') {
                at++;
                return id.isEmpty() ? null : new SdElement(id, params);
            }
            SdParam param = param();
            if (param == null) {
                return null;
            }
            params.add(param);
        }
    }

    private @Nullable SdParam param() {
        int from = at;
        while (at < end && b[at] != '=' && b[at] != ' ' && b[at] != ']' && b[at] != '"') {
            at++;
        }
        if (at == from || Text.at(b, at, end) != '=' || Text.at(b, at + 1, end) != '"') {
            return null;
        }
        String name = Text.string(b, from, at);
        at += 2;
        from = at;
        boolean escapes = false;
        while (at < end && b[at] != '"') {
            if (b[at] == '\\') {
                escapes = true;
                at++;
            }
            at++;
        }
        if (at >= end) {
            return null;
        }
        String value = Text.string(b, from, at++);
        return new SdParam(name, escapes ? unescaped(value) : value);
    }

    /** RFC 5424, 6.3.3: only {@code " \ ]} are escaped; before others a backslash is a backslash. */
    private static String unescaped(String value) {
        StringBuilder plain = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\' && i + 1 < value.length() && "\"\\]".indexOf(value.charAt(i + 1)) >= 0) {
                c = value.charAt(++i);
            }
            plain.append(c);
        }
        return plain.toString();
    }
}
