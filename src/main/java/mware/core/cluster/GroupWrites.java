package mware.core.cluster;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import mware.core.cluster.GroupRecords.CandidateRecord;
import mware.core.cluster.GroupRecords.TermRecord;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.Stat;

/** The writes of the election; each is one transaction that finds the group as it was looked at, or fails. */
final class GroupWrites {

    private final GroupPaths paths;
    private final String since;
    private final Clock clock;
    private boolean joinedBefore;

    GroupWrites(GroupPaths paths, Clock clock) {
        this.paths = paths;
        this.clock = clock;
        this.since = clock.instant().toString();
    }

    /** A term that was won: its epoch and the version of the epoch record. */
    record Won(long epoch, int version) {}

    GroupPaths paths() {
        return paths;
    }

    /** Makes the group's lasting nodes and watches those that the election depends on. */
    void prepare(Session session, Watcher watcher, long limit)
            throws KeeperException, TimeoutException, InterruptedException {
        for (String path : paths.lasting()) {
            Session.await(session.ensure(path), limit);
        }
        Session.await(session.watch(paths.candidates(), true, watcher), limit);
        Session.await(session.watch(paths.leader(), false, watcher), limit);
    }

    /**
     * Makes the own candidate node, and deletes an own one of another order.
     *
     * <p>A node that begins empty and finds no other alive asks, in the same transaction, that the state be thrown
     * away; the epoch's version sees to it that nobody has been elected, and written, since the look.
     */
    void join(Session session, Member member, boolean eligible, GroupLook look, long limit)
            throws KeeperException, TimeoutException, InterruptedException {
        var operations = new ArrayList<Op>();
        look.candidates().stream()
                .filter(c -> c.session() == session.id())
                .forEach(c -> operations.add(Op.delete(paths.candidate(c.order(), c.node()), -1)));
        operations.add(Op.create(
                paths.candidate(member.order(), member.node()),
                candidate(member, eligible, false),
                ZooDefs.Ids.CREATOR_ALL_ACL,
                CreateMode.EPHEMERAL));
        boolean alone = look.candidates().stream().allMatch(c -> c.node().equals(member.node()));
        if (member.beginsEmpty() && !joinedBefore && alone) {
            operations.add(Op.check(paths.epoch(), look.epoch().stat().getVersion()));
            if (Session.await(session.read(paths.empty()), limit).isEmpty()) {
                operations.add(
                        Op.create(paths.empty(), new byte[0], ZooDefs.Ids.CREATOR_ALL_ACL, CreateMode.PERSISTENT));
            }
        }
        Session.await(session.multi(operations), limit);
        joinedBefore = true;
    }

    void update(Session session, Member member, boolean eligible, boolean claim, long limit)
            throws KeeperException, TimeoutException, InterruptedException {
        Session.await(
                session.multi(List.of(Op.setData(
                        paths.candidate(member.order(), member.node()), candidate(member, eligible, claim), -1))),
                limit);
    }

    private byte[] candidate(Member member, boolean eligible, boolean claim) {
        return GroupRecords.write(
                new CandidateRecord(member.node(), member.order(), member.instance(), eligible, claim, since));
    }

    /** Makes the leader node and rewrites the epoch record with it. */
    Won take(Session session, Member member, String why, GroupLook look, long limit)
            throws KeeperException, TimeoutException, InterruptedException {
        byte[] content = GroupRecords.write(new TermRecord(
                member.node(),
                member.order(),
                member.instance(),
                Long.toHexString(session.id()),
                clock.instant().toString(),
                why,
                false));
        List<OpResult> results = Session.await(
                session.multi(List.of(
                        Op.setData(paths.epoch(), content, look.epoch().stat().getVersion()),
                        Op.create(paths.leader(), content, ZooDefs.Ids.CREATOR_ALL_ACL, CreateMode.EPHEMERAL))),
                limit);
        Stat record = ((OpResult.SetDataResult) results.get(0)).getStat();
        return new Won(record.getMzxid(), record.getVersion());
    }

    /** Makes sure, by a write, that the leader node that was seen is the session's own and of the last term. */
    Won confirm(Session session, GroupLook look, long limit)
            throws KeeperException, TimeoutException, InterruptedException {
        Stat leader = look.leader().orElseThrow().stat();
        Stat record = look.epoch().stat();
        if (leader.getCzxid() != record.getMzxid()) {
            throw KeeperException.create(KeeperException.Code.BADVERSION, paths.epoch());
        }
        Session.await(
                session.multi(List.of(
                        Op.check(paths.epoch(), record.getVersion()),
                        Op.check(paths.leader(), -1),
                        Op.setData(paths.heartbeat(), new byte[0], -1))),
                limit);
        return new Won(record.getMzxid(), record.getVersion());
    }

    /** Throws the runtime state away if that was asked for; called under the new term before anybody knows of it. */
    void emptyIfAsked(Session session, Won won, long limit)
            throws KeeperException, TimeoutException, InterruptedException {
        if (Session.await(session.read(paths.empty()), limit).isPresent()) {
            var fence = List.of(Op.check(paths.epoch(), won.version()), Op.check(paths.leader(), -1));
            new Subtree(session, limit).deleteBelow(paths.state(), fence);
            var last = new ArrayList<>(fence);
            last.add(Op.delete(paths.empty(), -1));
            Session.await(session.multi(last), limit);
        }
    }

    /** Deletes the session's leader node and records that the term was given back. */
    void release(Session session, GroupLook look, long limit)
            throws KeeperException, TimeoutException, InterruptedException {
        Optional<TermRecord> last = look.lastTerm();
        boolean lastIsMine =
                last.filter(term -> term.sessionId() == session.id()).isPresent();
        if (!lastIsMine) {
            throw KeeperException.create(KeeperException.Code.BADVERSION, paths.epoch());
        }
        Session.await(
                session.multi(List.of(
                        Op.setData(
                                paths.epoch(),
                                GroupRecords.write(last.get().givenBack()),
                                look.epoch().stat().getVersion()),
                        Op.delete(paths.leader(), -1))),
                limit);
    }

    void leave(Session session, Member member, GroupLook look, long limit)
            throws KeeperException, TimeoutException, InterruptedException {
        List<Op> own = look.candidates().stream()
                .filter(c -> c.session() == session.id())
                .map(c -> Op.delete(paths.candidate(c.order(), c.node()), -1))
                .toList();
        if (!own.isEmpty()) {
            Session.await(session.multi(own), limit);
        }
    }
}
