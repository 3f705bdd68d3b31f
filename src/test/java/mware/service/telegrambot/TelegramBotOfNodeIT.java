package mware.service.telegrambot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import mware.testing.FaultyTelegram;
import mware.testing.MwareNode;
import mware.testing.TelegramNodes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged node, with the real route, against a Telegram of our own. */
class TelegramBotOfNodeIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final long ANN = 11;

    @TempDir
    Path folder;

    private final FaultyTelegram telegram = FaultyTelegram.start();

    @AfterEach
    void end() {
        telegram.close();
    }

    @Test
    void commands_and_news_survive_a_restart_and_the_token_is_nowhere() throws Exception {
        try (MwareNode node = TelegramNodes.node(folder, telegram.url(), "")) {
            node.start().awaitHealthy();
            TelegramNodes.connect(node, telegram, ANN);
            node.stop();
            telegram.says(ANN, "echo while it was away");

            node.start().awaitHealthy();

            shown(node, "while it was away");
            TelegramNodes.raise(node, "thing", 0, 1);
            shown(node, "new: test thing0.");
            telegram.says(ANN, "/system_state");
            shown(node, "🔴 test thing0. on mware1");
            telegram.says(ANN, "/start somebody:pass-that-must-not-be-seen");
            await().atMost(SOON).until(() -> telegram.requests().stream()
                    .anyMatch(request -> request.method().equals("deleteMessage")));
            long asked = System.nanoTime();
            node.stop();
            assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(10));
            assertThat(TelegramNodes.said(node)).doesNotContain("must-not-be-seen");
            assertThat(telegram.taken(ANN).stream().filter(taken -> taken.all().contains("while it was away")))
                    .hasSize(1);
        }
    }

    private void shown(MwareNode node, String text) {
        node.process().await("send \"" + text + "\"", SOON, () -> telegram.taken(ANN).stream()
                .anyMatch(taken -> taken.all().contains(text)));
    }
}
