package mware.service.telegrambot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import mware.testing.FaultyTelegram;
import mware.testing.FaultyTelegram.Fault;
import mware.testing.FaultyTelegram.Taken;
import mware.testing.MwareNode;
import mware.testing.TelegramNodes;
import mware.testing.ZooKeeperEnsemble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two packaged nodes on a real ZooKeeper; the active one is killed in the middle of a flood. */
@Tag("long")
class TakeOverIT {

    private static final Duration SOON = Duration.ofSeconds(90);
    private static final int FLOOD = 250;
    private static final int ECHOES = 6;
    private static final long[] CHATS = {11, 12, 13, 14, 15};

    @TempDir
    Path folder;

    private final FaultyTelegram telegram = FaultyTelegram.start();

    @AfterEach
    void end() {
        telegram.close();
    }

    @Test
    void kill_minus_9_in_a_flood_loses_nothing_and_repeats_only_what_may_have_arrived() throws Exception {
        try (ZooKeeperEnsemble zooKeeper = ZooKeeperEnsemble.onLoopback(folder.resolve("zookeeper"), 1)) {
            zooKeeper.awaitServing();
            try (MwareNode first = node("mware1", zooKeeper).start().awaitHealthy()) {
                TelegramNodes.seed(first, CHATS);
                try (MwareNode second = node("mware2", zooKeeper).start().awaitHealthy()) {
                    takeOverTwice(first, second);
                }
            }
        }
        for (long chat : CHATS) {
            for (String prefix : List.of("early", "later")) {
                IntStream.range(0, FLOOD).forEach(i -> onceOrDoubtful(chat, "new: test " + prefix + i + ". on"));
            }
        }
        IntStream.range(0, ECHOES).forEach(i -> onceOrDoubtful(CHATS[0], "word " + i));
        long repeated = telegram.taken().stream()
                .filter(taken -> taken.all().contains(Outgoing.DOUBT))
                .count();
        assertThat(repeated)
                .as("at most the request that was on its way to each chat")
                .isLessThanOrEqualTo(CHATS.length);
    }

    private void takeOverTwice(MwareNode first, MwareNode second) {
        first.kill(); // whoever takes over knows the chats
        telegram.says(CHATS[0], "echo are you there");
        shown(second, CHATS[0], "are you there");
        first.start().awaitHealthy();

        telegram.fault(request -> request.method().startsWith("send") ? Fault.slow(Duration.ofMillis(200)) : null);
        flood(second);
        second.kill();

        for (long chat : CHATS) {
            shown(first, chat, "early" + (FLOOD - 1) + ".");
            shown(first, chat, "later" + (FLOOD - 1) + ".");
        }
        shown(first, CHATS[0], "word " + (ECHOES - 1));
    }

    /** Returns as soon as the second wave is on its way to the first chat, while the others wait for it. */
    private void flood(MwareNode node) {
        TelegramNodes.raise(node, "early", 0, FLOOD);
        for (long chat : CHATS) {
            shown(node, chat, "early" + (FLOOD - 1) + ".");
        }
        IntStream.range(0, ECHOES).forEach(i -> telegram.says(CHATS[0], "echo word " + i));
        TelegramNodes.raise(node, "later", 0, FLOOD);
        await().atMost(SOON).pollInterval(Duration.ofMillis(5)).until(() -> LongStream.of(CHATS)
                .anyMatch(chat -> isShown(chat, "later0.")));
    }

    private MwareNode node(String name, ZooKeeperEnsemble zooKeeper) throws Exception {
        return TelegramNodes.oneOfTwo(folder, name, zooKeeper.connectString(), telegram.url());
    }

    /** Twice only where the second one says that it may be the second. */
    private void onceOrDoubtful(long chat, String text) {
        List<Taken> all = telegram.taken(chat).stream()
                .filter(taken -> taken.all().contains(text))
                .toList();
        assertThat(all).as(text + " in chat " + chat).hasSizeBetween(1, 2);
        assertThat(all.stream().filter(taken -> !taken.all().contains(Outgoing.DOUBT)))
                .as("the same again, without a word, in chat " + chat)
                .hasSizeLessThanOrEqualTo(1);
    }

    private boolean isShown(long chat, String text) {
        return telegram.taken(chat).stream().anyMatch(taken -> taken.all().contains(text));
    }

    private void shown(MwareNode node, long chat, String text) {
        node.process().await("send \"" + text + "\" to " + chat, SOON, () -> isShown(chat, text));
    }
}
