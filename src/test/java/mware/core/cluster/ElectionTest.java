package mware.core.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import mware.core.cluster.Election.Candidate;
import mware.core.cluster.Election.LastTerm;
import mware.core.cluster.Election.Leader;
import mware.core.cluster.Election.Me;
import mware.core.cluster.Election.View;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A row per rule. This node is b20 of session 2; candidates are written name+order, then / with e eligible, c claims, x
 * of another session than the name's own.
 */
class ElectionTest {

    private static final Duration PATIENCE = Duration.ofSeconds(4);

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
            # rule                                     | candidates              | leader | last     | me                        | vacant | action    | why
            a node without a place joins               | a10/e                   | a10    | a        | eligible                  | 0      | JOIN      | joins
            a changed order moves the place            | b30/e                   | none   | none     | eligible                  | 0      | JOIN      | order is now 20
            a twin's place is waited for               | b20/ex                  | none   | none     | eligible                  | 99     | WAIT      | another process named b
            a twin's leadership is waited for          | b20/ex                  | bx20   | bx       | eligible                  | 0      | WAIT      | another process named b
            a stopping leader steps down               | b20/e                   | b20    | b        | eligible leading stopping | 0      | STEP_DOWN | the node stops
            one whose outcome is unknown as well       | b20/e                   | b20    | b        | eligible stopping         | 0      | STEP_DOWN | the node stops
            a stopping node leaves                     | b20/e                   | a10    | a        | eligible stopping         | 0      | LEAVE     | the node stops
            a stopping node leaves no twin's place     | b20/ex                  | none   | none     | eligible stopping         | 0      | WAIT      | the node stops
            a leader goes on                           | b20/e,c30/e             | b20    | b        | eligible leading          | 0      | WAIT      | active
            a leader that knows no term resumes        | b20/e                   | b20    | b        | eligible                  | 0      | RESUME    | this session's
            an unfit one does not resume               | b20                     | b20    | b        | none                      | 0      | STEP_DOWN | cannot run
            an unfit leader yields to a fit one        | b20/e,c30/e             | b20    | b        | leading                   | 0      | STEP_DOWN | cannot run
            an unfit leader stays when there is none   | b20,c30                 | b20    | b        | leading                   | 0      | WAIT      | active
            a claim of a lower order is served         | a10/ec,b20/e            | b20    | b        | eligible leading          | 0      | STEP_DOWN | a, of a lower order
            served even when the term is unknown       | a10/ec,b20/e            | b20    | b        | eligible                  | 0      | STEP_DOWN | a, of a lower order
            no claim, no step-down                     | a10/e,b20/e             | b20    | b        | eligible leading          | 0      | WAIT      | active
            a claim of an equal order is not served    | a20/ec,b20/e            | b20    | b        | eligible leading          | 0      | WAIT      | active
            a claim of a higher order is not served    | b20/e,c30/ec            | b20    | b        | eligible leading          | 0      | WAIT      | active
            a claim behind an eligible one is not      | a10/e,a15/ec,b20/e      | b20    | b        | eligible leading          | 0      | WAIT      | active
            a claim of an unfit one is not served      | a10/c,b20/e             | b20    | b        | eligible leading          | 0      | WAIT      | active
            a leader withdraws its own claim           | b20/ec                  | b20    | b        | eligible leading          | 0      | UPDATE    | active
            fitness is written down                    | a10/e,b20               | a10    | a        | eligible                  | 0      | UPDATE    | passive
            unfitness is written down                  | a10/e,b20/e             | a10    | a        | none                      | 0      | UPDATE    | passive
            a lower order claims after its delay       | b20/e,c30/e             | c30    | c        | eligible steady           | 0      | CLAIM     | higher order is active
            and not before                             | b20/e,c30/e             | c30    | c        | eligible                  | 0      | WAIT      | c is active
            nor when failback is off                   | b20/e,c30/e             | c30    | c        | eligible steady fixed     | 0      | WAIT      | c is active
            nor when another is before it              | a10/e,b20/e,c30/e       | c30    | c        | eligible steady           | 0      | WAIT      | c is active
            an unfit one before it does not matter     | a10,b20/e,c30/e         | c30    | c        | eligible steady           | 0      | CLAIM     | higher order is active
            nor an equal order                         | b20/e,c20/e             | c20    | c        | eligible steady           | 0      | WAIT      | c is active
            a claim ends with its reason               | b20/ec,c30/e            | none   | c-       | eligible steady           | 0      | UPDATE    | passive
            a higher order waits for the leader        | a10/e,b20/e             | a10    | a        | eligible steady           | 0      | WAIT      | a is active
            the first takes a vacancy                  | b20/e,c30/e             | none   | none     | eligible                  | 0      | TAKE      | first in order
            of a dead one at once                      | b20/e,c30/e             | none   | a        | eligible                  | 0      | TAKE      | a lost its session
            of one that gave it back at once           | b20/e,c30/e             | none   | c-       | eligible                  | 0      | TAKE      | c gave the work back
            its own lost one as well                   | b20/e,c30/e             | none   | b        | eligible                  | 0      | TAKE      | this node lost
            not while the old lease may stand          | b20/e,c30/e             | none   | c        | eligible                  | 3      | WAIT      | lease is over
            but when it cannot any more                | b20/e,c30/e             | none   | c        | eligible                  | 4      | TAKE      | c lost its session
            an unfit node takes nothing                | b20                     | none   | none     | none                      | 99     | WAIT      | cannot run
            an unfit one before it is passed over      | a10,b20/e               | none   | none     | eligible                  | 0      | TAKE      | first in order
            a fit one before it goes first             | a10/e,b20/e             | none   | none     | eligible                  | 3      | WAIT      | a is first
            equal orders go by name                    | a20/e,b20/e             | none   | none     | eligible                  | 0      | WAIT      | a is first
            and the other way round                    | b20/e,c20/e             | none   | none     | eligible                  | 0      | TAKE      | first in order
            who does not come is passed over           | a10/e,b20/e             | none   | none     | eligible                  | 4      | TAKE      | did not take over in time
            each has its time                          | a10/e,a15/e,b20/e       | none   | none     | eligible                  | 7      | WAIT      | a is first
            """)
    void one_step_towards_the_first_eligible_node_being_active(
            String rule,
            String candidates,
            String leader,
            String last,
            String me,
            int vacant,
            String action,
            String why) {
        var step = Election.decide(new View(
                me(me), candidates(candidates), leader(leader), last(last), Duration.ofSeconds(vacant), PATIENCE));

        String told = step.claim() ? "CLAIM" : step.action().name();
        assertThat(told).as(step.why()).isEqualTo(action);
        assertThat(step.why()).contains(why);
    }

    private static Me me(String words) {
        List<String> said = Arrays.asList(words.split(" "));
        return new Me(
                "b",
                20,
                session("b"),
                said.contains("eligible"),
                said.contains("leading"),
                said.contains("stopping"),
                !said.contains("fixed"),
                Duration.ofSeconds(30),
                Duration.ofSeconds(said.contains("steady") ? 30 : 29));
    }

    private static List<Candidate> candidates(String words) {
        return Arrays.stream(words.split(",")).map(ElectionTest::candidate).toList();
    }

    private static Candidate candidate(String word) {
        String[] parts = word.split("/");
        String flags = parts.length > 1 ? parts[1] : "";
        String node = parts[0].substring(0, 1);
        return new Candidate(
                node,
                Integer.parseInt(parts[0].substring(1)),
                "",
                session(flags.contains("x") ? node + "x" : node),
                flags.contains("e"),
                flags.contains("c"));
    }

    private static Optional<Leader> leader(String word) {
        if (word.equals("none")) {
            return Optional.empty();
        }
        String name = word.replaceAll("\\d", "");
        return Optional.of(
                new Leader(name.substring(0, 1), Integer.parseInt(word.replaceAll("\\D", "")), "", session(name)));
    }

    /** A name, with a minus sign when the term was given back. */
    private static LastTerm last(String word) {
        return word.equals("none")
                ? LastTerm.NONE
                : new LastTerm(word.substring(0, 1), session(word.replace("-", "")), word.endsWith("-"));
    }

    private static long session(String name) {
        return name.hashCode();
    }
}
