package mware.service.pgcontroller;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import mware.service.pgcontroller.KilledNodes.Point;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The active mware node is killed at each step of a copy: the next one finishes or undoes it. */
@Tag("long")
class PgCopyKillsIT {

    private static KilledNodes site;

    @BeforeAll
    static void start() throws Exception {
        site = new KilledNodes();
        site.nodes()
                .until(
                        "a standby",
                        () -> site.nodes().pair().path("state").asText().equals("healthy"));
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    /** The steps of {@code act_clone}, in its order. */
    static Stream<Point> steps() {
        return Stream.of(
                at("the lock is taken", "before", "flock -w 10 8", true),
                at("the password file is written", "after", "mv *replica.pass", false),
                at("the room is counted", "before", "df *", true),
                at("the master is asked", "before", "psql *IDENTIFY_SYSTEM*", false),
                at("the old standby is stopped", "before", "pg_ctl * stop", true),
                at("the old standby was stopped", "after", "pg_ctl * stop", false),
                at("the copy begins", "before", "pg_basebackup *", false),
                at("the copy is made", "after", "pg_basebackup *", true),
                at("the copy is verified", "before", "pg_verifybackup *", false),
                at("the configuration is kept", "after", "cp -pR *pg_hba.conf", true),
                at("the standby's settings are written", "before", "mv *data.new/postgresql.auto.conf*", false),
                at("the old folder is moved away", "before", "mv *data /*backups/*", true),
                at("the old folder was moved away", "after", "mv *data /*backups/*", false),
                at("the old folder was moved away", "after", "mv *data /*backups/*", true),
                at("the copy was put in place", "after", "mv *data.new /*data", false),
                at("the exchange is over", "before", "rm -f *.mware/swap", true),
                at("the new standby is started", "before", "pg_ctl * start", true),
                at("old copies are removed", "before", "flock -w 10 9", true));
    }

    private static Point at(String name, String when, String pattern, boolean goesOn) {
        // the lock is asked for a second time when what is too old is pruned
        return new Point(name, false, when, name.equals("old copies are removed") ? 2 : 1, pattern, goesOn);
    }

    @ParameterizedTest
    @MethodSource("steps")
    void a_copy_is_finished_or_begun_anew(Point point) throws Exception {
        KilledNodes.End end = site.killedAt(point, (master, standby) -> site.nodes()
                .post(
                        site.nodes().active(),
                        PgNodes.PAIR + "/reinit",
                        "{\"server\": \"" + standby.address() + "\", \"reason\": \"" + point.name() + "\"}"));

        assertThat(end.master()).isSameAs(end.before());
    }
}
