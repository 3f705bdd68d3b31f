package mware.bench;

import java.io.BufferedReader;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The echo beside plain Netty ones and camel-netty, each in a process of its own, asked in turn by one sender.
 *
 * <p>Closed loop: so many datagrams of 172 bytes (20 ms of G.711) are on their way at a time. Open loop: so many a
 * second, answered or not. CPU is what the echo's process used for one answer.
 */
final class UdpEchoBench implements Bench.Comparison {

    private static final List<String> PEERS = List.of("mware", "netty", "netty-epoll", "camel-netty");
    private static final int ROUNDS = 5;
    private static final int SIZE = 172;
    private static final Duration EACH = Duration.ofSeconds(1);
    private static final Duration WARM_UP = Duration.ofSeconds(3);

    /** What is measured of each peer in each round. */
    private enum Load {
        WINDOW_1("closed loop, window 1, answers/s"),
        WINDOW_64("closed loop, window 64, answers/s"),
        OPEN_50K("open loop, 50000/s offered, answers/s");

        private final String title;

        Load(String title) {
            this.title = title;
        }
    }

    /** One measurement: answers a second and the peer's CPU time for one. */
    private record Result(double rate, double cpuMicros) {}

    @Override
    public void run(List<String> arguments) throws Exception {
        Map<String, Peer> peers = new LinkedHashMap<>();
        try {
            for (String kind : PEERS) {
                Peer peer = Peer.start(kind);
                peers.put(kind, peer);
                measure(peer, Load.WINDOW_64, WARM_UP);
                measure(peer, Load.WINDOW_1, WARM_UP.dividedBy(3));
            }
            Map<Load, Map<String, List<Result>>> results = new LinkedHashMap<>();
            for (int round = 0; round < ROUNDS; round++) {
                for (Load load : Load.values()) {
                    for (int i = 0; i < PEERS.size(); i++) {
                        String kind = PEERS.get((i + round) % PEERS.size()); // nobody is always first
                        Result result = measure(peers.get(kind), load, EACH);
                        results.computeIfAbsent(load, key -> new LinkedHashMap<>())
                                .computeIfAbsent(kind, key -> new ArrayList<>())
                                .add(result);
                    }
                }
            }
            print(results);
        } finally {
            peers.values().forEach(Peer::stop);
        }
    }

    private static void print(Map<Load, Map<String, List<Result>>> results) {
        System.out.printf(
                "udp-echo: %d bytes, loopback, median of %d rounds of %d s, ratio to netty in the same round%n",
                SIZE, ROUNDS, EACH.toSeconds());
        results.forEach((load, byKind) -> {
            System.out.println(load.title);
            for (String kind : PEERS) {
                List<Result> mine = byKind.get(kind);
                List<Result> netty = byKind.get("netty");
                double[] ratios = new double[ROUNDS];
                for (int i = 0; i < ROUNDS; i++) {
                    ratios[i] = mine.get(i).rate() / netty.get(i).rate();
                }
                System.out.printf(
                        "  %-12s %9.0f   ratio %.2f (%.2f..%.2f)   CPU %.2f us each%n",
                        kind,
                        median(mine.stream().mapToDouble(Result::rate).toArray()),
                        median(ratios),
                        Arrays.stream(ratios).min().orElseThrow(),
                        Arrays.stream(ratios).max().orElseThrow(),
                        median(mine.stream().mapToDouble(Result::cpuMicros).toArray()));
            }
        });
    }

    private static double median(double[] values) {
        return Arrays.stream(values).sorted().toArray()[values.length / 2];
    }

    private static Result measure(Peer peer, Load load, Duration duration) throws Exception {
        Duration before = peer.cpu();
        long start = System.nanoTime();
        long answers =
                switch (load) {
                    case WINDOW_1 -> closed(peer.port(), 1, duration);
                    case WINDOW_64 -> closed(peer.port(), 64, duration);
                    case OPEN_50K -> open(peer.port(), 50_000, duration);
                };
        double seconds = (System.nanoTime() - start) / 1e9;
        if (answers == 0) {
            throw new IllegalStateException(peer + " does not answer");
        }
        return new Result(answers / seconds, peer.cpu().minus(before).toNanos() / 1e3 / answers);
    }

    /** Keeps {@code window} datagrams on their way; those that are not back within 50 ms are given up. */
    private static long closed(int port, int window, Duration duration) throws Exception {
        try (DatagramChannel channel = channel(port);
                Selector selector = Selector.open()) {
            channel.register(selector, SelectionKey.OP_READ);
            ByteBuffer out = ByteBuffer.allocateDirect(SIZE);
            ByteBuffer in = ByteBuffer.allocateDirect(2048);
            long end = System.nanoTime() + duration.toNanos();
            long sent = 0;
            long answers = 0;
            int away = 0;
            while (System.nanoTime() < end) {
                while (away < window) {
                    out.clear().putLong(0, sent++);
                    channel.write(out);
                    away++;
                }
                if (selector.select(50) == 0) {
                    away = 0;
                }
                selector.selectedKeys().clear();
                while (channel.read(in.clear()) > 0) {
                    answers++;
                    away = Math.max(0, away - 1);
                }
            }
            return answers;
        }
    }

    /** Offers {@code rate} datagrams a second, a millisecond's worth at a time, and counts what comes back. */
    private static long open(int port, int rate, Duration duration) throws Exception {
        try (DatagramChannel channel = channel(port)) {
            ByteBuffer out = ByteBuffer.allocateDirect(SIZE);
            ByteBuffer in = ByteBuffer.allocateDirect(2048);
            long start = System.nanoTime();
            long end = start + duration.toNanos();
            long sent = 0;
            long answers = 0;
            for (long now = start; now < end; now = System.nanoTime()) {
                long due = (long) ((now - start) / 1e9 * rate);
                while (sent < due) {
                    out.clear().putLong(0, sent++);
                    channel.write(out);
                }
                while (channel.read(in.clear()) > 0) {
                    answers++;
                }
                LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(500));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20)); // those still on their way
            while (channel.read(in.clear()) > 0) {
                answers++;
            }
            return answers;
        }
    }

    private static DatagramChannel channel(int port) throws Exception {
        DatagramChannel channel = DatagramChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, 4 << 20);
        channel.connect(new InetSocketAddress("127.0.0.1", port));
        channel.configureBlocking(false);
        return channel;
    }

    /** A running {@link UdpEchoPeer}. */
    private record Peer(String kind, Process process, int port) {

        static Peer start(String kind) throws Exception {
            Process process = new ProcessBuilder(
                            ProcessHandle.current().info().command().orElse("java"),
                            "-Xmx256m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            UdpEchoPeer.class.getName(),
                            kind)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            BufferedReader said = process.inputReader();
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                if (line.matches("\\d+")) {
                    return new Peer(kind, process, Integer.parseInt(line));
                }
            }
            process.destroy();
            throw new IllegalStateException(kind + " did not start");
        }

        Duration cpu() {
            return process.toHandle().info().totalCpuDuration().orElse(Duration.ZERO);
        }

        void stop() {
            process.destroy();
        }

        @Override
        public String toString() {
            return kind;
        }
    }
}
