package mware.service.pgcontroller;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import mware.service.pgcontroller.KilledNodes.Point;
import mware.testing.MwareNode;
import mware.testing.pg.Acknowledged;
import mware.testing.pg.PgHost;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The active mware node is killed or held still at each step of a promotion and of a switchover. */
@Tag("long")
class PgPromotionKillsIT {

    private static KilledNodes site;

    @BeforeAll
    static void start() throws Exception {
        site = new KilledNodes();
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    /** The steps of {@code act_promote}, and of {@code act_follow} on the server that was master. */
    static Stream<Point> promotion() {
        return Stream.of(
                new Point("the lock is taken", false, "before", 1, "flock -w 10 8", true),
                new Point("the lock is taken", false, "before", 1, "flock -w 10 8", false),
                new Point("the signal file is removed", false, "before", 1, "rm -f *master.signal", false),
                new Point("pg_ctl promote", false, "before", 1, "pg_ctl * promote", true),
                new Point("pg_ctl promote", false, "before", 1, "pg_ctl * promote", false),
                new Point("pg_ctl promote was told", false, "after", 1, "pg_ctl * promote", false),
                new Point("it takes writes", false, "", 1, "", true),
                new Point("it was promoted", false, "after", 2, "rm -f *master.signal", false),
                new Point("the old master is let follow", true, "before", 1, "flock -w 10 8", false),
                new Point("the old master is started", true, "before", 1, "pg_ctl * start", true));
    }

    @ParameterizedTest
    @MethodSource("promotion")
    void a_promotion_is_finished(Point point) throws Exception {
        KilledNodes.End end = site.killedAt(point, (master, standby) -> master.stop());

        assertThat(end.master()).isNotSameAs(end.before());
    }

    /** The steps of a switchover. */
    static Stream<Point> switchover() {
        return Stream.of(
                new Point("the master is stopped", true, "before", 1, "pg_ctl * stop", true),
                new Point("the master is stopped", true, "before", 1, "pg_ctl * stop", false),
                new Point("the master was stopped", true, "after", 1, "pg_ctl * stop", false),
                new Point("the standby is promoted", false, "before", 1, "pg_ctl * promote", false),
                new Point("the standby was promoted", false, "after", 1, "pg_ctl * promote", true));
    }

    @ParameterizedTest
    @MethodSource("switchover")
    void a_switchover_is_finished_or_undone(Point point) throws Exception {
        site.killedAt(point, PgPromotionKillsIT::askForASwitchover);
    }

    private static void askForASwitchover(PgHost master, PgHost standby) {
        site.nodes()
                .post(
                        site.nodes().active(),
                        PgNodes.PAIR + "/switchover",
                        "{\"to\": \"" + standby.address() + "\", \"reason\": \"a test\"}");
    }

    @Test
    void a_node_that_is_held_still_in_a_switchover_does_nothing_when_it_wakes_up_after_the_next_has_finished()
            throws Exception {
        PgNodes nodes = site.nodes();
        nodes.startAll();
        PgHost master = nodes.untilWhole(null);
        PgHost standby = site.other(master);
        nodes.until("healthy", () -> nodes.pair().path("state").asText().equals("healthy"));
        MwareNode first = nodes.active();
        MwareNode second = nodes.other(first);
        long since = System.nanoTime();
        site.stops(master).arm("after", "pg_ctl * stop");
        askForASwitchover(master, standby);
        nodes.until("the master is stopped", () -> site.stops(master).isReached());
        first.freeze();
        site.stops(master).goOn();
        nodes.until("the other is active", () -> nodes.activeAt(second) == second);
        nodes.until("a master", () -> master.isMaster() || standby.isMaster());
        PgHost now = nodes.untilWhole(null);
        String timeline =
                now.ask("select timeline_id from pg_control_checkpoint()").orElse("");
        first.thaw();
        nodes.until("it has ended its step", () -> nodes.log(first).stream()
                .anyMatch(line -> line.contains("hand over from") && line.contains(" after ")));

        nodes.log(first).stream()
                .filter(line -> line.contains("hand over from") && line.contains(" after "))
                .forEach(System.out::println);
        assertThat(nodes.untilWhole(null)).isSameAs(now);
        assertThat(now.ask("select timeline_id from pg_control_checkpoint()")).contains(timeline);
        Acknowledged rows = site.writer().acknowledged();
        System.out.println(rows.inWords("held still in a switchover", since, now));
        assertThat(rows.missing(now)).isEmpty();
        assertThat(rows.dual(site.other(now).name(), now.name(), since)).isZero();
    }
}
