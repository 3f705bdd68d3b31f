package mware.core.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;

/** Deletes everything below a node in fenced transactions of bounded size, leaves first. */
public final class Subtree {

    private static final int DELETES_A_TRANSACTION = 200;

    private final Session session;
    private final long limitMillis;

    /** Each single wait for ZooKeeper takes at most {@code limitMillis}. */
    public Subtree(Session session, long limitMillis) {
        this.session = session;
        this.limitMillis = limitMillis;
    }

    /** Deletes all below {@code path}, not {@code path} itself; each transaction starts with {@code fence}. */
    public void deleteBelow(String path, List<Op> fence)
            throws KeeperException, TimeoutException, InterruptedException {
        var found = new ArrayList<String>();
        collect(path, found);
        for (int from = 0; from < found.size(); from += DELETES_A_TRANSACTION) {
            var operations = new ArrayList<>(fence);
            found.subList(from, Math.min(found.size(), from + DELETES_A_TRANSACTION))
                    .forEach(node -> operations.add(Op.delete(node, -1)));
            Session.await(session.multi(operations), limitMillis);
        }
    }

    /** Leaves before the nodes that hold them. */
    private void collect(String path, List<String> into)
            throws KeeperException, TimeoutException, InterruptedException {
        for (String name : Session.await(session.children(path), limitMillis)) {
            String child = path + "/" + name;
            collect(child, into);
            into.add(child);
        }
    }
}
