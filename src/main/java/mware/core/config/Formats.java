package mware.core.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** What a text must look like by the {@code format} of its schema, in words where it does not. */
final class Formats {

    private static final Pattern IPV4 = Pattern.compile("((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(?!$)|$)){4}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:.]*");
    private static final int LONGEST_NAME = 253;
    private static final int LONGEST_LABEL = 63;

    private Formats() {}

    /** The rule that the text breaks, null when it keeps it or the format is only a remark for readers. */
    static @Nullable String broken(String format, String text) {
        return switch (format) {
            case "ip" -> isAddress(text) ? null : "must be an IPv4 or IPv6 address";
            case "host" ->
                isAddress(text) || isName(text.toLowerCase(Locale.ROOT))
                        ? null
                        : "must be a host name or an IP address";
            case "network" -> isNetwork(text) ? null : "must be a network such as 10.0.0.0/8 or fd00::/8";
            case "domain" -> brokenDomain(text);
            case "time-span" -> Spans.isSpan(text) ? null : "must be a time span such as 500ms, 30s, 5m, 1h30m or 2d";
            case "name-pattern" ->
                !isBetweenSlashes(text) || isRegex(text.substring(1, text.length() - 1))
                        ? null
                        : "must be a name with * and ?, or a regular expression between slashes";
            case "regex" -> isRegex(text) ? null : "must be a regular expression";
            default -> null;
        };
    }

    private static @Nullable String brokenDomain(String text) {
        if (isName(text)) {
            return null;
        }
        if (isName(text.toLowerCase(Locale.ROOT))) {
            return "must be in lower case";
        }
        return "must be a domain name (labels of a-z, 0-9 and inner hyphens, 1..63 long, joined by dots, 253 in all)";
    }

    /** By hand, since a tree may have tens of thousands of names. */
    private static boolean isName(String text) {
        if (text.length() > LONGEST_NAME) {
            return false;
        }
        int label = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean inner = c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
            if (c == '.' ? label == 0 || text.charAt(i - 1) == '-' : !inner && (c != '-' || label == 0)) {
                return false;
            }
            label = c == '.' ? 0 : label + 1;
            if (label > LONGEST_LABEL) {
                return false;
            }
        }
        return label > 0 && text.charAt(text.length() - 1) != '-';
    }

    static boolean isAddress(String text) {
        if (IPV4.matcher(text).matches()) {
            return true;
        }
        if (text.length() > 45 || !IPV6.matcher(text).matches()) {
            return false;
        }
        try {
            InetAddress.getByName('[' + text + ']'); // in brackets it is only read, never looked up
            return true;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static boolean isNetwork(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        if (!isAddress(address)) {
            return false;
        }
        String bits = slash < 0 ? "0" : text.substring(slash + 1);
        return bits.matches("\\d{1,3}") && Integer.parseInt(bits) <= (address.indexOf(':') < 0 ? 32 : 128);
    }

    private static boolean isBetweenSlashes(String text) {
        return text.length() > 1 && text.startsWith("/") && text.endsWith("/");
    }

    private static boolean isRegex(String text) {
        try {
            Pattern.compile(text);
            return true;
        } catch (PatternSyntaxException e) {
            return false;
        }
    }
}
