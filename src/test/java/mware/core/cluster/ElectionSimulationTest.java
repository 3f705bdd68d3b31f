package mware.core.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import mware.core.cluster.Election.Candidate;
import mware.core.cluster.Election.LastTerm;
import mware.core.cluster.Election.Leader;
import mware.core.cluster.Election.Me;
import mware.core.cluster.Election.Step;
import mware.core.cluster.Election.View;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random histories of a group: crashes, freezes, cuts, blips, restarts, twins, changed orders, stale looks, lost answers.
 *
 * <p>The store is a model of what ZooKeeper promises: atomic conditional writes, ephemeral nodes that go with their
 * session, sessions that end no earlier than 3/4 T after the last write they made (see {@link Term}) and no later than
 * 3/2 T. The leases are real {@link Term}s on the model's clock.
 */
class ElectionSimulationTest {

    private static final long T = 4000;
    private static final int NODES = 4;
    private static final int STEPS = 40_000;

    private final Store store = new Store();
    private long now;
    private long lastEpoch;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void never_two_valid_leases_and_no_vacancy_without_end(long seed) {
        var random = new Random(seed);
        var nodes = new ArrayList<Node>();
        for (int i = 0; i < NODES; i++) {
            nodes.add(new Node("n" + i, 10 * (i % 3)));
        }
        int terms = 0;
        long before = 0;
        long calmSince = -1;
        for (int step = 0; step < STEPS; step++) {
            boolean calm = step % 4000 > 3000;
            now += 1 + random.nextInt(calm ? 60 : 120);
            store.expire(now);
            if (!calm) {
                calmSince = -1;
                disturb(nodes, random);
            } else if (calmSince < 0) {
                calmSince = now;
                nodes.forEach(Node::mend);
            }
            nodes.get(random.nextInt(NODES)).turn(random, calm);
            nodes.forEach(node -> node.beat(random));

            List<Node> active = nodes.stream().filter(Node::acts).toList();
            assertThat(active).as("seed %d, step %d, at %d", seed, step, now).hasSizeLessThanOrEqualTo(1);
            if (calm && now - calmSince > (NODES + 4) * T) {
                assertThat(active)
                        .as("a vacancy ends: seed %d, step %d", seed, step)
                        .hasSize(1);
                Node first = nodes.stream()
                        .min(Comparator.<Node>comparingInt(n -> n.order).thenComparing(n -> n.name))
                        .orElseThrow();
                assertThat(active.get(0).order).as("the lowest order has it").isEqualTo(first.order);
            }
            if (store.epoch != before) {
                assertThat(store.epoch).isGreaterThan(lastEpoch);
                before = store.epoch;
                lastEpoch = store.epoch;
                terms++;
            }
        }
        assertThat(terms).as("the history was eventful").isGreaterThan(50);
    }

    private void disturb(List<Node> nodes, Random random) {
        Node node = nodes.get(random.nextInt(nodes.size()));
        switch (random.nextInt(120)) {
            case 0 -> node.crash();
            case 1 -> node.frozenUntil = now + random.nextInt((int) (3 * T));
            case 2 -> node.cutUntil = now + random.nextInt((int) (3 * T));
            case 11, 12 -> {
                node.cutUntil = now + random.nextInt((int) (3 * T));
                node.silent = true; // packets are lost, no connection is closed
            }
            case 3, 4, 5 -> node.cutUntil = now + random.nextInt((int) (T / 4));
            case 6 -> node.eligible = !node.eligible;
            case 7 -> node.order = 10 * random.nextInt(3);
            case 8 -> node.stopping = true;
            case 9 -> node.mend();
            case 10 -> store.leader = random.nextInt(10) == 0 ? null : store.leader; // an operator deletes it by hand
            default -> {
                // nothing happens
            }
        }
    }

    /** What ZooKeeper holds. */
    private static final class Store {
        private final List<Candidate> candidates = new ArrayList<>();
        private final List<Live> sessions = new ArrayList<>();
        private Leader leader;
        private long epoch;
        private int version;
        private LastTerm last = LastTerm.NONE;
        private long zxid;
        private long nextSession = 1;

        private record Live(long id, long[] heard, long patience) {}

        long open(long at, Random random) {
            long id = nextSession++;
            sessions.add(new Live(id, new long[] {at}, 3 * T / 4 + random.nextInt((int) (3 * T / 4))));
            return id;
        }

        boolean hear(long session, long at) {
            for (Live live : sessions) {
                if (live.id == session) {
                    live.heard[0] = at;
                    return true;
                }
            }
            return false;
        }

        void expire(long at) {
            sessions.stream()
                    .filter(live -> at - live.heard[0] > live.patience)
                    .map(Live::id)
                    .toList()
                    .forEach(this::end);
        }

        void end(long session) {
            sessions.removeIf(live -> live.id == session);
            candidates.removeIf(c -> c.session() == session);
            if (leader != null && leader.session() == session) {
                leader = null;
            }
        }

        View view(Me me, long vacantFor) {
            return new View(
                    me,
                    List.copyOf(candidates),
                    Optional.ofNullable(leader),
                    last,
                    Duration.ofMillis(vacantFor),
                    Duration.ofMillis(T));
        }
    }

    /** One process and its successors of the same name. */
    private final class Node {
        private final String name;
        private int order;
        private boolean eligible = true;
        private boolean stopping;
        private long session;
        private Term term;
        private long frozenUntil;
        private long cutUntil;
        private boolean silent;
        private long steadySince;
        private Long vacantSince;
        private View seen;
        private int seenVersion;
        private long seenLeaderEpoch;

        Node(String name, int order) {
            this.name = name;
            this.order = order;
        }

        boolean acts() {
            return now >= frozenUntil && term != null && term.valid();
        }

        /** kill -9, and a new process at once: it knows nothing of the former session. */
        void crash() {
            term = null;
            session = 0;
            seen = null;
            vacantSince = null;
            frozenUntil = 0;
        }

        void mend() {
            frozenUntil = Math.min(frozenUntil, now);
            cutUntil = Math.min(cutUntil, now);
            eligible = true;
            stopping = false;
        }

        private boolean reaches() {
            return now >= frozenUntil && now >= cutUntil;
        }

        void beat(Random random) {
            if (now < frozenUntil) {
                return;
            }
            silent &= now < cutUntil;
            if (now < cutUntil && !silent && term != null && random.nextInt(3) == 0) {
                term.pause(); // the cut is noticed some time
            }
            if (reaches() && session != 0 && random.nextInt(4) == 0) {
                if (!store.hear(session, now)) {
                    session = 0;
                    if (term != null) {
                        term.end();
                    }
                } else if (term != null) {
                    if (store.version == term.epochVersion() && store.leader != null) {
                        term.proven(now * 1_000_000, T / 2 * 1_000_000);
                    } else {
                        term.end();
                    }
                }
            }
        }

        /** Looks now or acts on an earlier look: what was seen may be old. */
        void turn(Random random, boolean calm) {
            if (!reaches()) {
                return;
            }
            if (session == 0 || !store.hear(session, now)) {
                if (term != null) {
                    term.end();
                    term = null;
                }
                session = store.open(now, random);
                steadySince = now;
                seen = null;
            }
            if (seen == null) {
                look();
                if (!calm && random.nextInt(3) == 0) {
                    return; // acts at its next turn
                }
            }
            Step step = Election.decide(seen);
            seen = null;
            act(step, !calm && random.nextInt(10) == 0);
        }

        private void look() {
            if (store.leader != null) {
                vacantSince = null;
            } else if (vacantSince == null) {
                vacantSince = now;
            }
            boolean leading = term != null && !term.isOver();
            var me = new Me(
                    name,
                    order,
                    session,
                    eligible,
                    leading,
                    stopping,
                    true,
                    Duration.ofMillis(T / 2),
                    Duration.ofMillis(now - steadySince));
            seen = store.view(me, vacantSince == null ? 0 : now - vacantSince);
            seenVersion = store.version;
            seenLeaderEpoch = store.epoch;
        }

        private void act(Step step, boolean answerLost) {
            switch (step.action()) {
                case WAIT -> {}
                case JOIN -> {
                    if (store.candidates.stream().noneMatch(c -> c.node().equals(name) && c.session() != session)) {
                        store.candidates.removeIf(c -> c.session() == session);
                        store.candidates.add(new Candidate(name, order, "", session, eligible, false));
                    }
                }
                case UPDATE -> {
                    if (store.candidates.removeIf(c -> c.session() == session)) {
                        store.candidates.add(new Candidate(name, order, "", session, eligible, step.claim()));
                    }
                }
                case TAKE -> take(answerLost);
                case RESUME -> resume();
                case STEP_DOWN -> {
                    if (term != null) {
                        term.end();
                        term = null;
                    }
                    if (!answerLost
                            && store.leader != null
                            && store.leader.session() == session
                            && store.version == seenVersion) {
                        store.version++;
                        store.last = new LastTerm(store.last.node(), store.last.session(), true);
                        store.leader = null;
                    }
                }
                case LEAVE -> store.candidates.removeIf(c -> c.session() == session);
            }
        }

        private void take(boolean answerLost) {
            if (store.version == seenVersion && store.leader == null) {
                store.version++;
                store.epoch = ++store.zxid;
                store.leader = new Leader(name, order, "", session);
                store.last = new LastTerm(name, session, false);
                if (!answerLost) {
                    term = begin();
                }
            }
        }

        private void resume() {
            if (store.version == seenVersion
                    && store.leader != null
                    && store.leader.session() == session
                    && store.epoch == seenLeaderEpoch) {
                term = begin();
            }
        }

        private Term begin() {
            return new Term(
                    store.epoch, store.version, session, () -> now * 1_000_000, now * 1_000_000, T / 2 * 1_000_000);
        }
    }
}
