package mware.service.telegrambot;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import mware.core.monitor.Deviation;
import mware.core.monitor.Deviation.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StateNewsTest {

    private static Deviation deviation(String category, String key, Status status, String reason) {
        return new Deviation(category, key, status, reason, Instant.parse("2026-11-25T01:02:03Z"), Map.of());
    }

    private static Map<String, Known> known(String node, Deviation... deviations) {
        Map<String, Known> known = new HashMap<>();
        for (Deviation each : deviations) {
            known.put(Known.of(node, each).instance(), Known.of(node, each));
        }
        return known;
    }

    /** An empty reason stands for a deviation that is not there. */
    @ParameterizedTest(name = "{0} {1} -> {2} {3}: {4}")
    @CsvSource({
        "ERROR, '', ERROR, broken, new",
        "ERROR, broken, ERROR, broken, nothing",
        "ERROR, broken, ERROR, very broken, changed",
        "WARNING, broken, ERROR, broken, changed",
        "WARNING, 91 % busy, WARNING, 93.5 % busy, nothing",
        "WARNING, 91 % busy, ERROR, 99 % busy, changed",
        "ERROR, broken, ERROR, '', cleared",
        "ERROR, '', ERROR, '', nothing",
    })
    void what_is_told(Status before, String reasonBefore, Status now, String reason, String told) {
        Map<String, Known> earlier =
                reasonBefore.isEmpty() ? Map.of() : known("n1", deviation("snmp", "nms", before, reasonBefore));
        List<Deviation> open = reason.isEmpty() ? List.of() : List.of(deviation("snmp", "nms", now, reason));

        StateNews news = StateNews.between(earlier, Map.of("n1", open));

        assertThat(news.raised()).hasSize(told.equals("new") ? 1 : 0);
        assertThat(news.changed()).hasSize(told.equals("changed") ? 1 : 0);
        assertThat(news.cleared()).hasSize(told.equals("cleared") ? 1 : 0);
        assertThat(news.isEmpty()).isEqualTo(told.equals("nothing"));
        assertThat(news.isAllClear()).isEqualTo(told.equals("cleared"));
        assertThat(news.known()).hasSize(open.size());
    }

    @Test
    void what_is_known_of_a_node_that_does_not_answer_stays() {
        Map<String, Known> before = known("n2", deviation("disk", "data", Status.ERROR, "full"));

        StateNews news = StateNews.between(before, Map.of("n1", List.of()));

        assertThat(news.isEmpty()).isTrue();
        assertThat(news.known()).isEqualTo(before);
    }

    @Test
    void the_way_to_telegram_is_no_news_for_telegram_but_lost_messages_are() {
        StateNews news = StateNews.between(
                Map.of(),
                Map.of(
                        "n1",
                        List.of(
                                deviation("telegram", "connection", Status.ERROR, "x"),
                                deviation("telegram", "outbox", Status.WARNING, "x"))));

        assertThat(news.raised()).extracting(Known::key).containsExactly("outbox");
    }

    @Test
    void an_acknowledgement_lasts_until_something_changes() {
        Map<String, Known> before = new Told(known("n1", deviation("disk", "data", Status.WARNING, "91 % full")), 0)
                .acknowledge("ann", "DISK")
                .known();

        StateNews same = StateNews.between(
                before, Map.of("n1", List.of(deviation("disk", "data", Status.WARNING, "92 % full"))));
        StateNews worse =
                StateNews.between(before, Map.of("n1", List.of(deviation("disk", "data", Status.ERROR, "full"))));

        assertThat(new Told(same.known(), 0).unacknowledged()).isEmpty();
        assertThat(new Told(worse.known(), 0).unacknowledged()).hasSize(1);
    }
}
