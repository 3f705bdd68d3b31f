package mware.core.ssh;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The process group of a running script, as the script itself names it first.
 *
 * @param started when its leader was started, in the kernel's ticks: a later process of the same number is another
 */
record Group(long id, String leader, String started) {

    /** What each script says first: its group, itself, and when it was started. */
    static final String PREFIX =
            """
            read -r mware_stat </proc/$$/stat; set -- ${mware_stat##*) }; shift 2
            echo "mware-group $1 $$ ${18}"; set --
            """;

    private static final Pattern SAID = Pattern.compile("mware-group (\\d+) (\\d+) (\\d+)");

    /** The group that {@code line} names, if it is such a line. */
    static Optional<Group> of(String line) {
        Matcher said = SAID.matcher(line);
        return said.matches()
                ? Optional.of(new Group(Long.parseLong(said.group(1)), said.group(2), said.group(3)))
                : Optional.empty();
    }

    /** A script that ends the group, first kindly, and succeeds when nothing of it is left. */
    String killing() {
        return """
                alive() { kill -s 0 -- -%1$d 2>/dev/null; }
                [ "$(ps -o pgid= -p $$ 2>/dev/null | tr -d ' ')" != %1$d ] || exit 1
                if [ -r /proc/%2$s/stat ]; then
                  read -r stat </proc/%2$s/stat; set -- ${stat##*) }
                  [ "${20}" = %3$s ] || exit 0
                fi
                kill -s TERM -- -%1$d 2>/dev/null
                n=0; while alive && [ $n -lt 15 ]; do sleep 0.1; n=$((n+1)); done
                alive && kill -s KILL -- -%1$d 2>/dev/null
                n=0; while alive && [ $n -lt 20 ]; do sleep 0.1; n=$((n+1)); done
                ! alive
                """
                .formatted(id, leader, started);
    }
}
