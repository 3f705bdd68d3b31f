package mware.service.syslogtrap;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The names that stand in stamps: zones as devices abbreviate them, and days of the week. */
final class Zones {

    static final List<String> WEEKDAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

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

    private Zones() {}

    private static void zones(int minutes, String... names) {
        for (String name : names) {
            SECONDS.put(name, minutes * 60);
        }
    }
}
