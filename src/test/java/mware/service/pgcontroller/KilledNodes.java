package mware.service.pgcontroller;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import mware.testing.MwareNode;
import mware.testing.pg.Acknowledged;
import mware.testing.pg.PgHost;
import mware.testing.pg.PgLab;
import mware.testing.pg.PgWriter;
import org.awaitility.Awaitility;

/** A pair under load whose active mware node is killed while a program on a server stands still. */
final class KilledNodes implements AutoCloseable {

    private static final Duration SOON = Duration.ofSeconds(90);

    private final PgLab lab = PgLab.start().pair();
    private final Map<PgHost, Stops> stops;
    private final PgNodes nodes;
    private final PgWriter writer;
    private int markers;

    KilledNodes() throws IOException {
        stops = Map.of(lab.a(), new Stops(lab.a()), lab.b(), new Stops(lab.b()));
        nodes = new PgNodes(lab, Map.of("promote_after", 5, "allow_unfenced", true, "keep_old", 4), Map.of());
        writer = lab.writer("writer");
    }

    /**
     * Where the node is killed.
     *
     * @param name the step of the code that is begun or done
     * @param onMaster whether the program is one of the server that is master before, else of the standby
     * @param when {@code before} or {@code after} the program's work
     * @param times for the how manieth time it is called so
     * @param pattern of its name and arguments; empty for the moment at which the standby takes writes
     * @param goesOn whether the program goes on as soon as the node is dead; else it stands until somebody ends it
     */
    record Point(String name, boolean onMaster, String when, int times, String pattern, boolean goesOn) {
        @Override
        public String toString() {
            return name + (goesOn ? ", goes on" : ", stands");
        }
    }

    PgNodes nodes() {
        return nodes;
    }

    PgLab lab() {
        return lab;
    }

    Stops stops(PgHost host) {
        return stops.get(host);
    }

    PgHost other(PgHost host) {
        return host == lab.a() ? lab.b() : lab.a();
    }

    /** What is done to the pair. */
    interface Deed {
        void to(PgHost master, PgHost standby);
    }

    /** What became of a case. */
    record End(PgHost before, PgHost master, MwareNode killed) {}

    /**
     * Does {@code deed}, kills the active node at {@code point}, and sees that the next one brings the pair to a good end:
     * one server takes writes, the other streams, no row that was acknowledged is missing, no data folder is lost.
     */
    End killedAt(Point point, Deed deed) throws Exception {
        nodes.startAll();
        PgHost master = nodes.untilWhole(null);
        PgHost standby = other(master);
        nodes.until(
                "healthy",
                () -> nodes.pair().path("state").asText().equals("healthy")
                        && nodes.pair().path("request").isNull()
                        && nodes.pair().path("step").isNull());
        MwareNode first = nodes.active();
        MwareNode second = nodes.other(first);
        String marker = "marker-" + ++markers;
        standby.write(standby.data().resolve(marker), "of " + standby.name());
        master.write(master.data().resolve(marker), "of " + master.name());
        long since = System.nanoTime();
        awaitRow(since);
        PgHost where = point.onMaster() ? master : standby;
        Stops stop = stops.get(where);
        if (!point.pattern().isEmpty()) {
            stop.arm(point.when(), point.times(), point.pattern());
        }
        deed.to(master, standby);
        nodes.until(
                "is " + point + " reached", () -> point.pattern().isEmpty() ? standby.isMaster() : stop.isReached());
        first.kill();
        long killed = System.nanoTime();
        if (point.goesOn()) {
            stop.goOn();
        }
        nodes.until("the other is active", () -> nodes.active() == second);
        PgHost now = nodes.untilWhole(null);
        double whole = (System.nanoTime() - killed) / 1e9;
        first.start();
        nodes.until(
                "healthy",
                () -> nodes.status(second).path("state").asText().equals("healthy")
                        && nodes.status(second).path("request").isNull());
        stop.goOn();
        now = nodes.untilWhole(null);
        awaitRow(System.nanoTime());
        Acknowledged rows = writer.acknowledged();
        System.out.printf(
                Locale.ROOT,
                "%s: killed %s, whole after %.1f s with %s; %s%n",
                point,
                first.name(),
                whole,
                now == master ? "the same master" : "the other master",
                rows.inWords("rows", since, now));
        assertThat(rows.missing(now)).as(this::said).isEmpty();
        assertThat(rows.dual(other(now).name(), now.name(), since))
                .as(this::said)
                .isZero();
        stops.values().forEach(one -> assertThat(one.violations()).isEmpty());
        for (PgHost host : List.of(lab.a(), lab.b())) {
            assertThat(folders(host))
                    .as(host.name() + ": " + marker + " is in one of these folders; " + said())
                    .anyMatch(data -> holds(data, marker, host));
            assertThat(Path.of(host.data() + ".new")).doesNotExist();
            assertThat(Path.of(host.data() + ".mware/swap")).doesNotExist();
        }
        return new End(master, now, first);
    }

    /** Waits for a row that was acknowledged after {@code moment}. */
    private void awaitRow(long moment) {
        Awaitility.await().atMost(SOON).until(() -> writer.acknowledged().rows().stream()
                .anyMatch(row -> row.nanos() > moment));
    }

    PgWriter writer() {
        return writer;
    }

    private String said() {
        List<String> all = nodes.log();
        return String.join("\n  ", all.subList(Math.max(0, all.size() - 40), all.size()));
    }

    private static boolean holds(Path data, String marker, PgHost host) {
        try {
            Path file = data.resolve(marker);
            return Files.exists(file) && Files.readString(file).equals("of " + host.name());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The data folder and those that were moved away. */
    private static List<Path> folders(PgHost host) {
        try (Stream<Path> old = Files.exists(host.backups()) ? Files.list(host.backups()) : Stream.<Path>empty()) {
            return Stream.concat(Stream.of(host.data()), old.filter(Files::isDirectory))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        nodes.close();
        lab.close();
    }
}
