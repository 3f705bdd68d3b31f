package mware.service.telegrambot;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Map;
import mware.core.monitor.Deviation.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ToldTest {

    private static final ZoneId ZONE = ZoneId.of("Europe/Moscow"); // UTC+3
    private static final Known KNOWN =
            new Known("n1", "disk", "data", Status.ERROR, "full", "2026-11-25T01:02:03Z", "");

    private static long millis(String time) {
        return Instant.parse(time).toEpochMilli();
    }

    @ParameterizedTest(name = "told at {0}, digest at {2}, now {1}: {3}")
    @CsvSource({
        "2026-11-24T10:00:00Z, 2026-11-25T09:59:59Z, , false",
        "2026-11-24T10:00:00Z, 2026-11-25T10:00:00Z, , true",
        "2026-11-24T10:00:00Z, 2026-11-25T05:59:59Z, 09:00, false",
        "2026-11-24T10:00:00Z, 2026-11-25T06:00:00Z, 09:00, true",
        "2026-11-25T06:00:00Z, 2026-11-25T23:00:00Z, 09:00, false",
        "2026-11-25T05:50:00Z, 2026-11-25T06:00:00Z, 09:00, true",
        "2026-11-23T05:00:00Z, 2026-11-25T01:00:00Z, 09:00, true",
    })
    void a_digest_is_due(String told, String now, LocalTime digestAt, boolean due) {
        var state = new Told(Map.of(KNOWN.instance(), KNOWN), millis(told));

        assertThat(state.isDigestDue(millis(now), digestAt, ZONE)).isEqualTo(due);
    }

    @Test
    void nothing_is_due_when_all_is_well_or_acknowledged() {
        var acknowledged = new Told(Map.of(KNOWN.instance(), KNOWN), 0).acknowledge("ann", "");

        assertThat(Told.NOTHING.isDigestDue(millis("2026-11-25T06:00:00Z"), null, ZONE))
                .isFalse();
        assertThat(acknowledged.isDigestDue(millis("2026-11-25T06:00:00Z"), null, ZONE))
                .isFalse();
    }

    @Test
    void words_choose_what_is_acknowledged() {
        var told = new Told(Map.of(KNOWN.instance(), KNOWN), 0);

        assertThat(told.acknowledge("ann", "nms").unacknowledged()).hasSize(1);
        assertThat(told.acknowledge("ann", "Disk data").unacknowledged()).isEmpty();
    }
}
