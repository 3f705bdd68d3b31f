package mware.core.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import mware.core.cluster.Election.Candidate;
import mware.core.cluster.GroupRecords.CandidateRecord;
import mware.core.cluster.GroupRecords.TermRecord;
import mware.core.cluster.Session.Stored;
import org.apache.zookeeper.KeeperException;

/**
 * What one look at a group's nodes in ZooKeeper saw.
 *
 * @param leader the leader node with its content
 * @param epoch the lasting record of the last term; its version is the fence
 */
record GroupLook(
        List<Candidate> candidates,
        Optional<Stored> leader,
        Optional<TermRecord> leaderRecord,
        Stored epoch,
        Optional<TermRecord> lastTerm) {

    /** Looks, waiting at most {@code millis} for all of it. */
    static GroupLook at(Session session, GroupPaths paths, long millis)
            throws KeeperException, TimeoutException, InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        CompletableFuture<List<String>> names = session.children(paths.candidates());
        CompletableFuture<Optional<Stored>> leader = session.read(paths.leader());
        CompletableFuture<Optional<Stored>> epoch = session.read(paths.epoch());
        var reads = new ArrayList<CompletableFuture<Optional<Stored>>>();
        for (String name : Session.await(names, left(end))) {
            reads.add(session.read(paths.candidates() + "/" + name));
        }
        var candidates = new ArrayList<Candidate>();
        for (var read : reads) {
            Session.await(read, left(end)).flatMap(GroupLook::candidate).ifPresent(candidates::add);
        }
        candidates.sort(Candidate.FIRST);
        Optional<Stored> leaderNode = Session.await(leader, left(end));
        Stored epochNode = Session.await(epoch, left(end))
                .orElseThrow(() -> KeeperException.create(KeeperException.Code.NONODE, paths.epoch()));
        return new GroupLook(
                List.copyOf(candidates),
                leaderNode,
                leaderNode.flatMap(stored -> GroupRecords.read(stored.data(), TermRecord.class)),
                epochNode,
                GroupRecords.read(epochNode.data(), TermRecord.class));
    }

    private static long left(long end) {
        return Math.max(1, (end - System.nanoTime()) / 1_000_000);
    }

    private static Optional<Candidate> candidate(Stored stored) {
        return GroupRecords.read(stored.data(), CandidateRecord.class)
                .map(content -> new Candidate(
                        content.node(),
                        content.order(),
                        content.instance(),
                        stored.stat().getEphemeralOwner(),
                        content.eligible(),
                        content.claim()));
    }

    Optional<Election.Leader> leaderOfView() {
        return leader.map(stored -> new Election.Leader(
                leaderRecord.map(TermRecord::node).orElse("a node that cannot be named"),
                candidates.stream()
                        .filter(one -> one.session() == stored.stat().getEphemeralOwner())
                        .map(Candidate::order) // which may be another one by now
                        .findFirst()
                        .orElse(leaderRecord.map(TermRecord::order).orElse(0)),
                leaderRecord.map(TermRecord::instance).orElse(""),
                stored.stat().getEphemeralOwner()));
    }

    Election.LastTerm lastTermOfView() {
        return lastTerm.map(term -> new Election.LastTerm(term.node(), term.sessionId(), term.released()))
                .orElse(Election.LastTerm.NONE);
    }
}
