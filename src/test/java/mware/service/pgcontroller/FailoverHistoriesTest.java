package mware.service.pgcontroller;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import mware.service.pgcontroller.SimulatedPair.Server;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random histories of a pair: servers that crash, hang and get cut off, controllers that die and thaw. */
class FailoverHistoriesTest {

    /** Where an operator's word is needed, since a promotion could lose acknowledged rows. */
    private static final Set<Rule> OPERATORS_TURN = Set.of(
            Rule.STANDBY_FORKED,
            Rule.STANDBY_NOT_ELIGIBLE,
            Rule.STANDBY_NOT_STREAMING,
            Rule.STANDBY_BEHIND,
            Rule.STANDBY_ABSENT,
            Rule.MASTER_STALE);

    private static final String[] EVENTS = {
        "crash",
        "orphans",
        "freeze",
        "thaw",
        "host-down",
        "host-up",
        "stop",
        "link",
        "isolate",
        "heal",
        "referee",
        "password",
        "controller",
        "stale-act",
        "switchover",
        "start",
        "nothing",
        "nothing",
        "nothing",
        "nothing"
    };

    @Test
    void five_thousand_histories_end_with_one_master_and_never_have_two_promotions() {
        IntStream.range(0, 5_000).parallel().forEach(seed -> new History(seed).run());
    }

    @Test
    @Tag("long")
    void a_hundred_thousand_histories_end_with_one_master_and_never_have_two_promotions() {
        IntStream.range(5_000, 105_000).parallel().forEach(seed -> new History(seed).run());
    }

    /** One history. */
    private static final class History {
        private final int seed;
        private final Random random;
        private final PgGroup group;
        private final SimulatedPair pair;
        private final Deque<String> story = new ArrayDeque<>();
        private final Map<String, String> promoted = new HashMap<>();
        private Memory memory = Memory.NONE;
        private long epoch = 1;
        private Watch watch = Watch.begin(Duration.ZERO);
        private Decision last;
        private boolean forced;

        History(int seed) {
            this.seed = seed;
            random = new Random(seed * 7919L);
            group = Pairs.group(
                    Duration.ofSeconds(random.nextBoolean() ? 8 : 30),
                    random.nextInt(3) > 0,
                    random.nextInt(3) == 0,
                    random.nextBoolean() ? PgGroup.Rejoin.CLONE : PgGroup.Rejoin.REWIND,
                    random.nextBoolean());
            pair = new SimulatedPair(group, random);
        }

        void run() {
            try {
                for (int i = 0; i < 8; i++) {
                    tick();
                }
                int events = 2 + random.nextInt(6);
                for (int i = 0; i < events; i++) {
                    event(EVENTS[random.nextInt(EVENTS.length)]);
                    for (int ticks = random.nextInt(random.nextInt(4) == 0 ? 25 : 4); ticks >= 0; ticks--) {
                        tick();
                    }
                }
                if (random.nextInt(3) == 0) {
                    endsWithOneServer();
                }
                endsWell();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "history " + seed + " of " + group.promoteAfter() + " guard " + group.guard()
                                + " synchronous " + group.synchronous() + " referee " + group.referees() + ":\n"
                                + String.join("\n", story),
                        e);
            }
        }

        /** One of the two is healthy, the other's host is dead for good. */
        private void endsWithOneServer() {
            heal();
            Server dead = random.nextBoolean() ? pair.a : pair.b;
            dead.crash();
            dead.hostUp = false;
            tell("healed, but " + dead.name + " dead");
            for (int i = 0; i < 60 && !pair.other(dead).takesWrites(); i++) {
                tick();
            }
            assertThat(pair.other(dead).takesWrites() || OPERATORS_TURN.contains(last.rule()))
                    .as("one master, or an operator's turn, got %s", last.words())
                    .isTrue();
            dead.hostUp = true;
        }

        private void endsWell() {
            heal();
            tell("healed");
            int left = 240;
            while (left-- > 0 && !isWell()) {
                tick();
            }
            assertThat(isWell())
                    .as("well in the end, got %s", last == null ? "" : last.words())
                    .isTrue();
            if (group.synchronous() && !forced) {
                Server master = pair.a.takesWrites() ? pair.a : pair.b;
                var kept = new java.util.BitSet();
                master.log.forEach(kept::set);
                var lost = (java.util.BitSet) pair.acknowledged.clone();
                lost.andNot(kept);
                assertThat(lost.cardinality())
                        .as("acknowledged rows that are lost: %s", lost)
                        .isZero();
            }
        }

        private boolean isWell() {
            return pair.streams(pair.a, pair.b) || pair.streams(pair.b, pair.a);
        }

        private void heal() {
            pair.unreliable = false;
            pair.link = true;
            pair.referee = true;
            for (Server one : new Server[] {pair.a, pair.b}) {
                one.hostUp = true;
                one.frozen = false;
                one.toController = true;
                one.toReferee = true;
                one.sshLetsIn = true;
            }
        }

        private void event(String what) {
            Server one = random.nextBoolean() ? pair.a : pair.b;
            tell("event " + what + " " + one.name);
            switch (what) {
                case "crash" -> one.crash();
                case "orphans" -> {
                    boolean ran = one.runs;
                    one.crash();
                    one.orphans = ran;
                }
                case "freeze" -> one.frozen = one.runs;
                case "thaw" -> one.frozen = false;
                case "host-down" -> {
                    one.crash();
                    one.hostUp = false;
                    one.guarded = false;
                }
                case "host-up" -> {
                    if (!one.hostUp) {
                        one.hostUp = true;
                        one.runs = !one.missing && random.nextBoolean(); // a service manager
                    }
                }
                case "stop" -> {
                    if (one.answers()) {
                        one.cleanStop = true;
                        one.runs = false;
                    }
                }
                case "start" -> one.runs |= one.hostUp && !one.missing;
                case "link" -> pair.link = !pair.link;
                case "isolate" -> {
                    one.toController = false;
                    one.toReferee = false;
                    pair.link = false;
                }
                case "heal" -> {
                    one.toController = true;
                    one.toReferee = true;
                    pair.link = true;
                }
                case "referee" -> one.toReferee = !one.toReferee;
                case "password" -> one.sshLetsIn = !one.sshLetsIn;
                case "controller" -> {
                    epoch++;
                    watch = Watch.begin(Duration.ofSeconds(pair.now));
                }
                case "stale-act" -> {
                    // a decider that thaws acts on what it saw long ago
                    long before = one.lock;
                    var outcome = pair.act(group, new Step.Promote(one.name), epoch - 1, new NoProgress());
                    assertThat(outcome.kind() == Outcome.Kind.DONE && before >= epoch)
                            .isFalse();
                    if (outcome.kind() != Outcome.Kind.STALE) {
                        forced = true; // nobody of this epoch was there: the lock could not know
                    }
                }
                case "switchover" ->
                    memory = memory.request(new Memory.Request(
                            "1", Memory.Request.Kind.SWITCHOVER, one.name, false, "", 0, "operator"));
                default -> {}
            }
        }

        private void tick() {
            pair.second();
            pair.second();
            for (int again = 0; again < 5 && once(); again++) {
                tell("  again");
            }
        }

        private boolean once() {
            Duration at = Duration.ofSeconds(pair.now);
            PairLook look = pair.look(group, epoch);
            watch = watch.fold(look, at, at);
            var situation = new Situation(
                    group, look, memory, watch, epoch, Instant.ofEpochSecond(pair.now), at, Optional.empty());
            Decision decision = Failover.decide(situation);
            Decision before = last;
            last = decision;
            boolean known = before != null
                    && before.rule() == decision.rule()
                    && decision.step().isEmpty();
            if (!known && decision.rule() != Rule.STREAMS_NOTED) {
                tell(pair.now + " " + decision.rule() + " "
                        + decision.step().map(Step::words).orElse("-") + " " + decision.words());
            }
            boolean changed = !decision.memory().equals(memory);
            memory = decision.memory();
            if (decision.step().isEmpty()) {
                return changed;
            }
            Step step = decision.step().get();
            safe(situation, decision, step);
            Outcome outcome = pair.act(group, step, epoch, new NoProgress());
            tell("    " + outcome.kind());
            memory = Failover.after(memory, step, outcome);
            watch = watch.tried(step, outcome, at);
            return outcome.kind() == Outcome.Kind.DONE;
        }

        private void safe(Situation situation, Decision decision, Step step) {
            if (step instanceof Step.Promote || step instanceof Step.HandOver) {
                String server = step instanceof Step.HandOver over ? over.to() : step.server();
                String before =
                        promoted.putIfAbsent(epoch + "/" + decision.memory().term(), server);
                assertThat(before).as("promoted in the same term").isIn(null, server);
            }
            if (step instanceof Step.Promote) {
                Server other = pair.other(pair.of(step.server()));
                assertThat(situation.masters())
                        .as("masters while one is promoted")
                        .isEmpty();
                // a guard does not end a master that reaches the referee, and none runs after a reboot until we are
                // there again
                if (group.guard() && other.guarded && !other.frozen && !pair.reachesReferee(other)) {
                    assertThat(other.takesWrites())
                            .as("the other takes writes behind its guard")
                            .isFalse();
                }
            }
            if (step instanceof Step.Follow || step instanceof Step.Rewind || step instanceof Step.Clone) {
                assertThat(situation.other(situation.look().of(step.server())).master())
                        .as("a master to demote to")
                        .isPresent();
            }
            if (step instanceof Step.Fence
                    && situation.look().of(step.server()).master().isPresent()) {
                assertThat(situation.masters()).as("masters when one is ended").hasSize(2);
            }
        }

        private void tell(String line) {
            story.add(line);
            if (story.size() > 120) {
                story.removeFirst();
            }
        }
    }

    private static final class NoProgress implements Progress {
        @Override
        public void at(String what, int percent, long bytesPerSecond) {}

        @Override
        public boolean isCancelled() {
            return false;
        }
    }
}
