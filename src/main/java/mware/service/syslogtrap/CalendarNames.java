package mware.service.syslogtrap;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The names that stand in stamps: zones as devices abbreviate them, months and days of the week. */
final class CalendarNames {

    private static final List<String> WEEKDAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

    /** Seconds east of UTC; where one abbreviation has several meanings (CST, IST), the one that devices send most. */
    static final Map<String, Integer> SECONDS = new HashMap<>();

    static {
        zones(0, "UTC", "GMT", "UCT", "WET");
        zones(60, "CET", "WEST", "BST", "MEZ");
        zones(120, "EET", "CEST", "SAST", "MESZ");
        zones(180, "MSK", "EEST", "TRT");
        zones(240, "SAMT", "GST", "MSD");
        zones(300, "YEKT", "PKT");
        zones(330, "IST");
        zones(360, "OMST", "ALMT");
        zones(420, "KRAT", "WIB", "ICT", "NOVT");
        zones(480, "IRKT", "HKT", "SGT", "AWST", "PHT");
        zones(540, "YAKT", "JST", "KST");
        zones(600, "VLAT", "AEST");
        zones(660, "MAGT", "AEDT", "SAKT");
        zones(720, "PETT", "NZST");
        zones(780, "NZDT");
        zones(-180, "BRT", "ART");
        zones(-240, "EDT", "AST");
        zones(-300, "EST", "CDT");
        zones(-360, "CST", "MDT");
        zones(-420, "MST", "PDT");
        zones(-480, "PST", "AKDT");
        zones(-540, "AKST");
        zones(-600, "HST");
    }

    private CalendarNames() {}

    private static void zones(int minutes, String... names) {
        for (String name : names) {
            SECONDS.put(name, minutes * 60);
        }
    }

    /** The month whose short name begins at {@code i}, 1..12; 0 when none does. */
    static int monthAt(byte[] b, int i, int length) {
        if (i + 3 > length || !Text.isLetter(b[i])) {
            return 0;
        }
        int key = (b[i] | 0x20) << 16 | (b[i + 1] | 0x20) << 8 | (b[i + 2] | 0x20);
        return switch (key) {
            case 'j' << 16 | 'a' << 8 | 'n' -> 1;
            case 'f' << 16 | 'e' << 8 | 'b' -> 2;
            case 'm' << 16 | 'a' << 8 | 'r' -> 3;
            case 'a' << 16 | 'p' << 8 | 'r' -> 4;
            case 'm' << 16 | 'a' << 8 | 'y' -> 5;
            case 'j' << 16 | 'u' << 8 | 'n' -> 6;
            case 'j' << 16 | 'u' << 8 | 'l' -> 7;
            case 'a' << 16 | 'u' << 8 | 'g' -> 8;
            case 's' << 16 | 'e' << 8 | 'p' -> 9;
            case 'o' << 16 | 'c' << 8 | 't' -> 10;
            case 'n' << 16 | 'o' << 8 | 'v' -> 11;
            case 'd' << 16 | 'e' << 8 | 'c' -> 12;
            default -> 0;
        };
    }

    /** Whether the short name of a day of the week begins at {@code i}. */
    static boolean isWeekday(byte[] b, int i, int length) {
        for (String name : WEEKDAYS) {
            if (Text.matches(b, i, length, name)) {
                return true;
            }
        }
        return false;
    }
}
