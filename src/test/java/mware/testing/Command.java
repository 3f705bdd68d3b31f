package mware.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a short command to its end. */
public final class Command {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private Command() {}

    /**
     * How a command ended.
     *
     * @param output what it said, errors included
     */
    public record Result(int exitCode, String output) {}

    /** Runs it and gives what it said; a code other than 0 is an error with the command and its words. */
    public static String run(String... command) {
        return feed("", command);
    }

    /** Like {@link #run}, with {@code input} to read. */
    public static String feed(String input, String... command) {
        Result result = attempt(input, Arrays.asList(command));
        if (result.exitCode() != 0) {
            throw new IllegalStateException(String.join(" ", command) + " ended with " + result.exitCode() + ": "
                    + result.output() + (input.isEmpty() ? "" : "\ninput was:\n" + input));
        }
        return result.output();
    }

    /** Runs it and gives how it ended; one that takes over 20 s is killed and is an error. */
    public static Result attempt(String input, List<String> command) {
        try {
            Path output = Files.createTempFile("mware-command", ".out");
            try {
                Process process = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
                try (OutputStream in = process.getOutputStream()) {
                    in.write(input.getBytes(StandardCharsets.UTF_8));
                } catch (IOException endedEarly) {
                    // its exit code and its words say why
                }
                if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                    throw new IllegalStateException(
                            String.join(" ", command) + " took over " + LIMIT.toSeconds() + " s");
                }
                return new Result(process.exitValue(), Files.readString(output));
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + command, e);
        }
    }
}
