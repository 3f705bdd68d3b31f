package mware.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A process that a test starts, stops, kills and freezes; its output goes to a file, and it never outlives the tests. */
public final class PeerProcess implements AutoCloseable {

    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly)));
    }

    private final String name;
    private final Path output;
    private final Process process;

    private PeerProcess(String name, Path output, Process process) {
        this.name = name;
        this.output = output;
        this.process = process;
    }

    /** Starts {@code command}; its output, errors included, is added to the file {@code output}. */
    public static PeerProcess start(String name, Path output, List<String> command) {
        return start(name, output, command, Map.of());
    }

    /** Like {@link #start(String, Path, List)}, with these variables besides those of this process. */
    public static PeerProcess start(String name, Path output, List<String> command, Map<String, String> environment) {
        try {
            Files.createDirectories(output.toAbsolutePath().getParent());
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
            builder.environment().putAll(environment);
            Process process = builder.start();
            RUNNING.add(process);
            process.onExit().thenAccept(RUNNING::remove);
            return new PeerProcess(name, output, process);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + name + ": " + command, e);
        }
    }

    public String name() {
        return name;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** The file that holds its output. */
    public Path output() {
        return output;
    }

    /** All that it said. */
    public String said() {
        try {
            return Files.exists(output) ? new String(Files.readAllBytes(output), StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The last {@code lines} lines of its output, for a failed test's message. */
    public String tail(int lines) {
        List<String> all = said().lines().toList();
        return name + " (" + (isAlive() ? "running" : "ended with " + process.exitValue()) + ") said last:\n  "
                + String.join("\n  ", all.subList(Math.max(0, all.size() - lines), all.size()));
    }

    /** Waits until it has said something that {@code pattern} finds; fails with its last words when it ends or is late. */
    public void awaitSaid(String pattern, Duration limit) {
        Pattern wanted = Pattern.compile(pattern);
        await("say \"" + pattern + "\"", limit, () -> wanted.matcher(said()).find());
    }

    /**
     * Waits until {@code condition} holds, asking every 50 ms; fails with its last words when it ends or is late.
     *
     * @param what what it is to do, for the message: {@code serve}
     */
    public void await(String what, Duration limit, BooleanSupplier condition) {
        try {
            Awaitility.await()
                    .atMost(limit)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> condition.getAsBoolean() || !isAlive());
        } catch (ConditionTimeoutException late) {
            throw new AssertionError("did not " + what + " within " + limit.toSeconds() + " s: " + tail(60), late);
        }
        if (!isAlive() && !condition.getAsBoolean()) {
            throw new AssertionError("ended and did not " + what + ": " + tail(60));
        }
    }

    /** kill -9; returns when it is gone. */
    public void kill() {
        process.destroyForcibly();
        if (!waitFor(Duration.ofSeconds(20))) {
            throw new IllegalStateException(name + " (pid " + pid() + ") does not die of kill -9");
        }
    }

    /** kill -STOP: it holds still in the middle of whatever it does. */
    public void freeze() {
        signal("STOP");
    }

    /** kill -CONT: it goes on as if nothing had been. */
    public void thaw() {
        signal("CONT");
    }

    /** Asks it to end (kill -TERM), without waiting. */
    public void terminate() {
        signal("TERM");
    }

    /** Asks it to end and waits; fails with its last words when it takes longer than {@code limit}. */
    public void stop(Duration limit) {
        terminate();
        if (!waitFor(limit)) {
            throw new AssertionError("not ended " + limit.toSeconds() + " s after kill -TERM: " + tail(40));
        }
    }

    /** Waits for its end; false when it still runs after {@code limit}. */
    public boolean waitFor(Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + name, e);
        }
    }

    /** Memory that it holds now, in KiB (VmRSS). */
    public long residentKib() {
        try {
            return Files.readString(Path.of("/proc/" + pid() + "/status"))
                    .lines()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills it if it still runs. */
    @Override
    public void close() {
        if (isAlive()) {
            kill();
        }
    }

    private void signal(String signal) {
        if (isAlive()) {
            Command.attempt("", List.of("sh", "-c", "kill -" + signal + " " + pid()));
        }
    }
}
