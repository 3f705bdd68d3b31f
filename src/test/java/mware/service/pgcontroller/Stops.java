package mware.service.pgcontroller;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import mware.testing.Command;
import mware.testing.pg.PgHost;
import org.awaitility.Awaitility;

/**
 * Programs on a database server that stop where a test says, before or after they do their work, until it lets them go
 * on; they also see to it that no two copies run at once.
 */
final class Stops {

    private static final List<String> OF_THE_SYSTEM = List.of("flock", "mv", "rm", "cp", "df", "du");
    private static final List<String> OF_POSTGRES = List.of("pg_ctl", "pg_basebackup", "pg_verifybackup", "psql");

    private final PgHost host;
    private final Path folder;

    /** Puts them into {@link #bin}, with all else that PostgreSQL has there. */
    Stops(PgHost host) throws IOException {
        this.host = host;
        folder = Files.createDirectories(host.folder().resolve("stops"));
        Command.run("chown", "postgres:postgres", folder.toString());
        for (String name : OF_THE_SYSTEM) {
            host.program(name, wrapper(name, "/usr/bin/" + name));
        }
        for (String name : OF_POSTGRES) {
            host.program(name, wrapper(name, PgHost.BIN + "/" + name));
        }
        try (Stream<Path> others = Files.list(PgHost.BIN)) {
            for (Path other : others.toList()) {
                Path link = Path.of(bin(host)).resolve(other.getFileName());
                if (!Files.exists(link)) {
                    Files.createSymbolicLink(link, other);
                }
            }
        }
    }

    /** The folder of the programs on {@code host}. */
    static String bin(PgHost host) {
        return host.folder() + "/bin";
    }

    private String wrapper(String name, String real) {
        // asked for its version it copies nothing
        String alone = name.equals("pg_basebackup")
                ? "case $line in *' -D '*) exec 5>>" + folder
                        + "/copying; /usr/bin/flock -n 5 || echo \"two copies at once\" >>" + folder
                        + "/violations ;; esac\n"
                : "";
        return """
                #!/bin/sh
                here=%s
                line="%s $*"
                set -- "$@" $(/usr/bin/cat $here/options.%s 2>/dev/null)
                stop() {
                  [ -s $here/armed ] || return 0
                  read -r when times pattern <$here/armed || return 0
                  [ "$when" = "$1" ] || return 0
                  case $line in $pattern) ;; *) return 0 ;; esac
                  if [ $times -gt 1 ]; then echo "$when $((times - 1)) $pattern" >$here/armed; return 0; fi
                  /usr/bin/mv $here/armed $here/reached 2>/dev/null || return 0
                  while [ -e $here/reached ]; do sleep 0.02; done
                }
                stop before
                %s%s "$@"; code=$?
                stop after
                exit $code
                """
                .formatted(folder, name, name, alone, real);
    }

    /** Gives a program these arguments, too, from now on. */
    void options(String name, String arguments) {
        host.write(folder.resolve("options." + name), arguments);
    }

    /**
     * The next call that fits stops.
     *
     * @param when {@code before} or {@code after}
     * @param pattern of the shell, for the program's name and arguments: {@code "pg_ctl * promote*"}
     */
    void arm(String when, String pattern) {
        arm(when, 1, pattern);
    }

    /** Like {@link #arm(String, String)}, the call that fits for the {@code times}th time. */
    void arm(String when, int times, String pattern) {
        host.write(folder.resolve("armed"), when + " " + times + " " + pattern + "\n");
    }

    boolean isReached() {
        return Files.exists(folder.resolve("reached"));
    }

    void awaitReached(Duration limit) {
        Awaitility.await().atMost(limit).pollInterval(Duration.ofMillis(10)).until(this::isReached);
    }

    /** Lets go on who stopped, and nobody else is stopped. */
    void goOn() {
        try {
            Files.deleteIfExists(folder.resolve("armed"));
            Files.deleteIfExists(folder.resolve("reached"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What happened that never must; empty when all is well. */
    String violations() {
        try {
            Path file = folder.resolve("violations");
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
