package mware.service.telegrambot;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The connection to Telegram that is in use, and the threads behind it, which there are once there has been a token. */
final class Lines implements AutoCloseable {

    private @Nullable Vertx vertx;
    private volatile @Nullable TelegramLine line;

    /** The one in use; empty without a token. */
    Optional<TelegramLine> current() {
        return Optional.ofNullable(line);
    }

    /** Uses another one; what was under way on the former ends, perhaps having arrived. */
    @Nullable
    TelegramLine use(BotSettings settings) {
        TelegramLine former = line;
        TelegramLine next = settings.token() == null ? null : new TelegramLine(vertx(), settings);
        line = next;
        if (former != null) {
            former.close();
        }
        return next;
    }

    private Vertx vertx() {
        if (vertx == null) {
            vertx = Vertx.vertx(new VertxOptions()
                    .setEventLoopPoolSize(1)
                    .setWorkerPoolSize(4)
                    .setInternalBlockingPoolSize(1)
                    .setFileSystemOptions(new FileSystemOptions()
                            .setClassPathResolvingEnabled(false)
                            .setFileCachingEnabled(false)));
        }
        return vertx;
    }

    @Override
    public void close() {
        if (vertx != null) {
            vertx.close();
        }
    }
}
