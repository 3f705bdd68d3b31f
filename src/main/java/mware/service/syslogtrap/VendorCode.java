package mware.service.syslogtrap;

import org.jspecify.annotations.Nullable;

/**
 * A message code as network devices write it: {@code %LINK-3-UPDOWN} (Cisco), {@code %AAA-W-REJECT} (Eltex and small
 * Cisco), {@code %%01SHELL/5/LOGIN(l)} (Huawei, H3C).
 *
 * @param facility the part of the device that speaks
 * @param code the whole code, without percent signs, version and marks
 */
record VendorCode(String facility, int severity, String code) {

    private static final int LONGEST = 96;
    private static final String LETTERS =
            "MACEWNID"; // emergency (M), alert, critical, error, warning, notice, info, debug

    /** The code that begins at {@code i} with a percent sign; null when it is none. */
    static @Nullable VendorCode read(byte[] b, int i, int end) {
        if (Text.at(b, i, end) != '%') {
            return null;
        }
        if (Text.at(b, i + 1, end) == '%') {
            int from = Text.skipSpaces(b, i + 2 + Text.digits(b, i + 2, end), end);
            return read(b, from, end, '/');
        }
        return read(b, i + 1, end, '-');
    }

    private static @Nullable VendorCode read(byte[] b, int from, int end, char separator) {
        int limit = Math.min(end, from + LONGEST);
        int mark = -1;
        int j = from;
        while (j < limit && b[j] != ' ' && b[j] != ':' && b[j] != '(' && b[j] != '[') {
            if (mark < 0
                    && b[j] == separator
                    && j > from
                    && Text.at(b, j + 2, end) == separator
                    && severity(b[j + 1]) >= 0) {
                mark = j;
            }
            j++;
        }
        return mark < 0 || j <= mark + 3
                ? null
                : new VendorCode(Text.string(b, from, mark), severity(b[mark + 1]), Text.string(b, from, j));
    }

    private static int severity(int c) {
        return c >= '0' && c <= '7' ? c - '0' : LETTERS.indexOf(c);
    }
}
