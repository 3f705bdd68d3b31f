package mware.service.pgcontroller;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import mware.service.pgcontroller.HostLook.Seen;
import mware.service.pgcontroller.ServerLook.Life;
import mware.service.pgcontroller.SqlLook.Answers;
import org.jspecify.annotations.Nullable;

/**
 * What one controller saw of a pair over time, on a clock that only goes forward; a successor begins anew.
 *
 * @param begun when it began to look
 * @param lostSince since when no master answers; null while one does
 * @param masterLsn where the master was at the last look at which one answered
 * @param waitedLsn where the master was when its commits were first seen to wait for the standby; null while they do not
 * @param rejoined when a server was last made a standby; null where none was
 * @param tries what failed of late, by step
 */
public record Watch(
        Duration begun,
        One first,
        One second,
        @Nullable Duration lostSince,
        Lsn masterLsn,
        @Nullable Lsn waitedLsn,
        @Nullable Duration rejoined,
        Map<String, Tries> tries) {

    /** A standby that has not moved for so long does not stream. */
    private static final Duration STILL = Duration.ofSeconds(10);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    public Watch {
        tries = Map.copyOf(tries);
    }

    /**
     * One server.
     *
     * @param answered when it last answered SQL
     * @param alive when its PostgreSQL was last seen to live; when the watch began where it never was
     * @param unclear since when its life is as it is now
     * @param lsn how far it was at the last look at which it answered
     * @param moved when that last grew; null where it was never seen to
     * @param streamed when it was last seen to stream; null where it never was
     * @param lag how far it lay behind then, in bytes
     * @param streams whether it does now
     * @param guarded whether a guard ran there when it was last seen
     */
    public record One(
            Duration answered,
            Duration alive,
            Life life,
            Duration unclear,
            Lsn lsn,
            @Nullable Duration moved,
            @Nullable Duration streamed,
            long lag,
            boolean streams,
            boolean guarded) {}

    /** How often a step failed in a row, and when it may be tried again. */
    public record Tries(int failed, Duration notBefore, String why) {}

    /** Begins to look. */
    public static Watch begin(Duration at) {
        var one = new One(at, at, Life.CANNOT_TELL, at, Lsn.NONE, null, null, 0, false, false);
        return new Watch(at, one, one, null, Lsn.NONE, null, null, Map.of());
    }

    /**
     * With one more look, which began and ended then: what answered lived until its end, what did not was lost from its
     * beginning on.
     */
    public Watch fold(PairLook look, Duration began, Duration at) {
        Optional<Answers> master = look.first().master().or(() -> look.second().master());
        return new Watch(
                begun,
                fold(first, look.first(), look.second(), at),
                fold(second, look.second(), look.first(), at),
                master.isPresent() ? null : lostSince == null ? began : lostSince,
                master.map(Answers::lsn).orElse(masterLsn),
                waited(master),
                rejoined,
                tries);
    }

    private @Nullable Lsn waited(Optional<Answers> master) {
        if (master.isEmpty()) {
            return waitedLsn;
        }
        if (master.get().synchronousNames().isEmpty()) {
            return null;
        }
        return waitedLsn == null ? master.get().lsn() : waitedLsn;
    }

    private One fold(One before, ServerLook look, ServerLook peer, Duration at) {
        Life life = look.life();
        Optional<Answers> answers = look.sql().answers();
        Lsn lsn = answers.map(Answers::lsn).orElse(before.lsn());
        boolean grew = !before.lsn().equals(Lsn.NONE) && before.lsn().isBefore(lsn);
        Duration moved = grew ? Duration.from(at) : before.moved();
        boolean streams =
                streams(before, look, peer, moved != null && at.minus(moved).compareTo(STILL) < 0);
        return new One(
                life == Life.ANSWERS ? at : before.answered(),
                life == Life.ANSWERS || life == Life.MUTE || life == Life.ORPHANS ? at : before.alive(),
                life,
                life == before.life() ? before.unclear() : at,
                lsn,
                moved,
                streams ? Duration.from(at) : before.streamed(),
                streams ? Math.max(0, peer.master().orElseThrow().lsn().minus(lsn)) : before.lag(),
                streams,
                look.host() instanceof Seen seen ? seen.guard().running() : before.guarded());
    }

    /** Seen by the log alone, since a user without rights sees no more: it goes on, or has what the master had before. */
    private boolean streams(One before, ServerLook look, ServerLook peer, boolean moves) {
        if (look.standby().isEmpty() || peer.master().isEmpty()) {
            return false;
        }
        Answers standby = look.standby().get();
        Answers master = peer.master().get();
        boolean connected = standby.receiver()
                .map(receiver -> receiver.streaming() != Reach.SILENT && receiver.streaming() != Reach.REFUSED)
                .orElse(true);
        return connected
                && standby.systemId().equals(master.systemId())
                && standby.timeline() == master.timeline()
                && !master.lsn().isBefore(before.lsn()) // one that was ahead has forked
                && (moves || !masterLsn.equals(Lsn.NONE) && !standby.lsn().isBefore(masterLsn));
    }

    /** What is known of the server of this look. */
    One of(ServerLook look, PairLook pair) {
        return look == pair.first() ? first : second;
    }

    /** Whether the step may be tried now. */
    boolean mayTry(Step step, Duration at) {
        Tries failed = tries.get(key(step));
        return failed == null || failed.notBefore().compareTo(at) <= 0;
    }

    /** How often the step failed in a row. */
    int failed(Step step) {
        Tries failed = tries.get(key(step));
        return failed == null ? 0 : failed.failed();
    }

    /** What last came of the step when it failed. */
    Optional<Tries> last(Step step) {
        return Optional.ofNullable(tries.get(key(step)));
    }

    /** With what became of a step: a failed one waits longer each time, one that was done counts as new. */
    public Watch tried(Step step, Outcome outcome, Duration at) {
        Map<String, Tries> next = new HashMap<>(tries);
        Duration standbySince = rejoined;
        if (outcome.kind() == Outcome.Kind.DONE) {
            if (step instanceof Step.Follow || step instanceof Step.Rewind || step instanceof Step.Clone) {
                standbySince = at;
                next.keySet().removeIf(key -> key.endsWith(' ' + step.server()));
            } else {
                next.remove(key(step));
            }
        } else {
            int failed = failed(step) + 1;
            Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failed - 1, 10));
            next.put(
                    key(step),
                    new Tries(
                            failed,
                            at.plus(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE),
                            outcome.words()));
        }
        return new Watch(begun, first, second, lostSince, masterLsn, waitedLsn, standbySince, next);
    }

    private static String key(Step step) {
        return step.getClass().getSimpleName() + ' ' + step.server();
    }
}
