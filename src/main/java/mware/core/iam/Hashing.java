package mware.core.iam;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import mware.core.http.ApiException;

/**
 * Where passwords are hashed: two at a time in the process, a few that wait, and 503 for the rest, so that a flood of
 * log-ins takes neither the memory nor all threads of a node.
 */
public final class Hashing implements AutoCloseable {

    static final int AT_A_TIME = 2;
    static final int WAITING = 8;

    private final ThreadPoolExecutor threads;

    public Hashing() {
        var number = new AtomicInteger();
        threads = new ThreadPoolExecutor(
                AT_A_TIME, AT_A_TIME, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), work -> {
                    var thread = new Thread(work, "passwords-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /** What {@code work} returns; fails with {@link ApiException} 503 at once when too many wait already. */
    <T> CompletableFuture<T> run(Callable<T> work) {
        var result = new CompletableFuture<T>();
        try {
            threads.execute(() -> {
                try {
                    result.complete(work.call());
                } catch (Exception | Error e) {
                    result.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(
                    new ApiException(503, "too many passwords are being checked now: try again in a second"));
        }
        return result;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
