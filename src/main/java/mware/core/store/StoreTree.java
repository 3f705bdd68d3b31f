package mware.core.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import mware.core.cluster.Session;
import mware.core.cluster.Session.Stored;
import mware.core.cluster.ZooKeeperConnection;
import mware.core.store.Heads.Head;
import mware.core.store.Heads.Large;
import mware.core.store.Store.Write;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the store does in one session; it waits for ZooKeeper.
 *
 * <p>{@code written}: rewritten by each write, so that its version tells one state of the whole from the next: who writes
 * checks it, so nobody writes over what he has not seen, and who reads checks it afterwards. {@code heads}: one node for
 * each entity. {@code parts}: what is large, under names that say what it is; made before the head that refers to it, and
 * swept away afterwards.
 */
final class StoreTree {

    static final String BASE = ZooKeeperConnection.ROOT + "/store";
    static final String WRITTEN = BASE + "/written";
    private static final String HEADS = BASE + "/heads";
    private static final String PARTS = BASE + "/parts";

    private static final Logger LOG = LoggerFactory.getLogger("store");
    private static final int SWEEP = 200;
    private static final int TRIES = 20;

    private final Session session;
    private final long limitMillis;

    /** Each single wait takes at most {@code limitMillis}. */
    StoreTree(Session session, long limitMillis) {
        this.session = session;
        this.limitMillis = limitMillis;
    }

    /**
     * All that was there at one time.
     *
     * @param made tells one ZooKeeper's data from that of another that took its place
     * @param version how many writes there have been
     */
    record Snapshot(long made, int version, Map<String, Head> heads) {

        static final Snapshot NONE = new Snapshot(0, -1, Map.of());

        private Set<String> parts() {
            var parts = new HashSet<String>();
            heads.values().forEach(head -> head.large().values().forEach(large -> parts.addAll(large.names())));
            return parts;
        }
    }

    void prepare() throws KeeperException, TimeoutException, InterruptedException {
        for (String path : List.of(BASE, WRITTEN, HEADS, PARTS)) {
            Session.await(session.ensure(path), limitMillis);
        }
    }

    /** What is there now; what {@code known} has is not read again. */
    Snapshot read(Snapshot known) throws KeeperException, TimeoutException, InterruptedException {
        Session.await(session.sync(WRITTEN), limitMillis);
        for (int i = 0; i < TRIES; i++) {
            Stored before = written();
            if (before.stat().getCzxid() == known.made() && before.stat().getVersion() == known.version()) {
                return known;
            }
            Optional<Map<String, Head>> heads = heads(known);
            if (heads.isPresent()
                    && written().stat().getVersion() == before.stat().getVersion()) {
                return new Snapshot(before.stat().getCzxid(), before.stat().getVersion(), heads.get());
            }
        }
        throw new TimeoutException("it changes faster than it can be read");
    }

    private Stored written() throws KeeperException, TimeoutException, InterruptedException {
        return Session.await(session.read(WRITTEN), limitMillis)
                .orElseThrow(() -> KeeperException.create(KeeperException.Code.NONODE, WRITTEN));
    }

    /** Empty when something was swept away in between. */
    private Optional<Map<String, Head>> heads(Snapshot known)
            throws KeeperException, TimeoutException, InterruptedException {
        Map<String, CompletableFuture<Optional<Stored>>> asked = new TreeMap<>();
        for (String name : Session.await(session.children(HEADS), limitMillis)) {
            asked.put(name, session.read(HEADS + "/" + name));
        }
        Map<Large, Packed> have = new HashMap<>();
        known.heads().values().forEach(head -> head.large().forEach((field, large) -> {
            if (head.entity().body().has(field)) {
                have.put(large, Packed.packed(head.entity().body(), field));
            }
        }));
        Map<String, Head> heads = new LinkedHashMap<>();
        for (var one : asked.entrySet()) {
            Optional<Stored> stored = Session.await(one.getValue(), limitMillis);
            if (stored.isEmpty()) {
                return Optional.empty();
            }
            Head head;
            try {
                head = Heads.read(stored.get().data());
            } catch (IOException | RuntimeException e) {
                LOG.error("{} cannot be read and is left out: {}", one.getKey(), e.toString());
                continue;
            }
            for (var field : head.large().entrySet()) {
                Packed packed = have.get(field.getValue());
                if (packed == null) {
                    Optional<Packed> read = large(field.getValue());
                    if (read.isEmpty()) {
                        return Optional.empty();
                    }
                    packed = read.get();
                    have.put(field.getValue(), packed);
                }
                head.entity().body().set(field.getKey(), packed.asNode());
            }
            heads.put(one.getKey(), head);
        }
        return Optional.of(heads);
    }

    private Optional<Packed> large(Large large) throws KeeperException, TimeoutException, InterruptedException {
        var bytes = new ByteArrayOutputStream();
        for (String part : large.names()) {
            Optional<Stored> stored = Session.await(session.read(PARTS + "/" + part), limitMillis);
            if (stored.isEmpty()) {
                return Optional.empty();
            }
            bytes.writeBytes(stored.get().data());
        }
        if (!Heads.digest(bytes.toByteArray()).equals(large.digest())) {
            throw new IllegalStateException("the parts of " + large.digest() + " are not what was written");
        }
        return Optional.of(Packed.ofBytes(bytes.toByteArray()));
    }

    /**
     * Writes all or none on top of {@code seen}.
     *
     * @throws KeeperException.BadVersionException when something was written since then
     */
    void write(Snapshot seen, List<Write> writes, String write)
            throws KeeperException, TimeoutException, InterruptedException {
        List<Op> checks = new ArrayList<>();
        List<Op> heads = new ArrayList<>();
        for (Write one : writes) {
            String path = HEADS + "/" + Heads.name(one.collection(), one.entity());
            if (one.entity().deleted()) {
                heads.add(Op.delete(path, -1));
                continue;
            }
            Map<String, Large> large = new LinkedHashMap<>();
            for (var field : Heads.large(one.entity()).entrySet()) {
                Large place = Heads.place(field.getValue());
                large.put(field.getKey(), place);
                put(place, field.getValue());
                place.names().forEach(part -> checks.add(Op.check(PARTS + "/" + part, -1)));
            }
            byte[] head = Heads.write(one.collection(), one.entity(), write, large);
            heads.add(
                    one.entity().version() == 1
                            ? Op.create(path, head, ZooDefs.Ids.CREATOR_ALL_ACL, CreateMode.PERSISTENT)
                            : Op.setData(path, head, -1));
        }
        List<Op> all = new ArrayList<>();
        all.add(Op.setData(WRITTEN, new byte[0], seen.version()));
        all.addAll(checks);
        all.addAll(heads);
        Session.await(session.multi(all), limitMillis);
    }

    private void put(Large place, Packed packed) throws KeeperException, TimeoutException, InterruptedException {
        byte[] bytes = packed.bytes();
        for (int i = 0; i < place.parts(); i++) {
            try {
                Session.await(
                        session.multi(List.of(Op.create(
                                PARTS + "/" + place.part(i),
                                Heads.slice(bytes, i),
                                ZooDefs.Ids.CREATOR_ALL_ACL,
                                CreateMode.PERSISTENT))),
                        limitMillis);
            } catch (KeeperException.NodeExistsException e) {
                LOG.debug("{} is there already", place.part(i)); // and is the same, by its name
            }
        }
    }

    /** Deletes the parts that nothing in {@code seen} refers to, if nothing was written since then. */
    void sweep(Snapshot seen) throws KeeperException, TimeoutException, InterruptedException {
        Set<String> used = seen.parts();
        List<String> unused = Session.await(session.children(PARTS), limitMillis).stream()
                .filter(part -> !used.contains(part))
                .toList();
        for (int from = 0; from < unused.size(); from += SWEEP) {
            List<Op> all = new ArrayList<>();
            all.add(Op.check(WRITTEN, seen.version()));
            unused.subList(from, Math.min(unused.size(), from + SWEEP))
                    .forEach(part -> all.add(Op.delete(PARTS + "/" + part, -1)));
            Session.await(session.multi(all), limitMillis);
        }
    }
}
