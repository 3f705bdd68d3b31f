package mware.core.http;

import io.vertx.core.Context;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Answers {@code /observe/health}: at most one round of checks at a time and four a second, however many ask, since
 * anybody may.
 */
final class HealthAnswer implements AutoCloseable {

    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long PATIENCE_SECONDS = 5;

    private final Supplier<Health> checks;
    private final ExecutorService thread;
    private CompletableFuture<Health> last = CompletableFuture.completedFuture(Health.down("node", "it is starting"));
    private long begun;
    private boolean asked;

    HealthAnswer(Supplier<Health> checks) {
        this.checks = checks;
        ThreadPoolExecutor one =
                new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread daemon = new Thread(work, "health");
                    daemon.setDaemon(true);
                    return daemon;
                });
        one.allowCoreThreadTimeOut(true);
        thread = one;
    }

    /** Answers; {@code known} callers also see every check. */
    void answer(RoutingContext context, boolean known) {
        if (context.request().path().endsWith("/live")) {
            Answer.json(context.request(), 200, "{\"status\":\"UP\"}");
            return;
        }
        Context loop = context.vertx().getOrCreateContext(); // that of this connection
        current()
                .whenComplete((health, failure) -> loop.runOnContext(back -> {
                    Health told = failure == null
                            ? health
                            : Health.down("health", "the checks did not answer within " + PATIENCE_SECONDS + " s");
                    Answer.json(
                            context.request(),
                            told.isUp() ? 200 : 503,
                            json(told, known).encode());
                }));
    }

    private synchronized CompletableFuture<Health> current() {
        boolean fresh = asked && System.nanoTime() - begun < FRESH_NANOS;
        if (last.isDone() && !fresh) {
            asked = true;
            begun = System.nanoTime();
            last = CompletableFuture.supplyAsync(checks, thread);
        }
        return last.copy().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    static JsonObject json(Health health, boolean known) {
        JsonObject json = new JsonObject().put("status", health.isUp() ? "UP" : "DOWN");
        if (!health.isUp()) {
            JsonArray reasons = new JsonArray();
            health.checks().stream()
                    .filter(check -> !check.up())
                    .forEach(check -> reasons.add(check.id() + ": " + check.why()));
            json.put("reasons", reasons);
        }
        if (known) {
            JsonArray all = new JsonArray();
            health.checks().forEach(check -> {
                JsonObject one = new JsonObject().put("id", check.id()).put("status", check.up() ? "UP" : "DOWN");
                all.add(check.why() == null ? one : one.put("reason", check.why()));
            });
            json.put("checks", all);
        }
        return json;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
