package mware.bench;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.apache.curator.retry.RetryForever;

/** What one writes with Curator alone: a process that works every 5 ms while its LeaderLatch says that it leads. */
public final class LatchPeer {

    private LatchPeer() {}

    /** @param args connect string, session timeout in ms, node name, file for the log of work */
    public static void main(String[] args) throws Exception {
        String node = args[2];
        FileChannel log = FileChannel.open(
                Path.of(args[3]), StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        CuratorFramework client = CuratorFrameworkFactory.builder()
                .connectString(args[0])
                .sessionTimeoutMs(Integer.parseInt(args[1]))
                .connectionTimeoutMs(2000)
                .retryPolicy(new RetryForever(100))
                .build();
        client.start();
        LeaderLatch latch = new LeaderLatch(client, "/latch", node);
        AtomicLong term = new AtomicLong();
        latch.addListener(new LeaderLatchListener() {
            @Override
            public void isLeader() {
                term.set(now());
            }

            @Override
            public void notLeader() {
                // the loop asks the latch
            }
        });
        latch.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                latch.close();
                client.close();
            } catch (Exception e) {
                e.printStackTrace();
            }
        }));
        while (latch.getParticipants().stream()
                .noneMatch(participant -> participant.getId().equals(node))) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        System.out.println("ready");
        Executors.newSingleThreadScheduledExecutor()
                .scheduleWithFixedDelay(
                        () -> {
                            if (latch.hasLeadership() && term.get() != 0) {
                                long now = now();
                                write(log, "WORK " + now + " " + now + " " + node + " " + term.get() + " 0 DONE\n");
                            }
                        },
                        0,
                        5,
                        TimeUnit.MILLISECONDS);
    }

    private static void write(FileChannel log, String line) {
        try {
            log.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static long now() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000 + now.getNano();
    }
}
