package mware.testing;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** The programs that tests talk to: one that is missing fails in CI and skips the test, with the reason, on a laptop. */
public final class Peers {

    private Peers() {}

    /**
     * Makes sure that {@code command} can be run.
     *
     * @param debianPackage the package that brings it
     * @return where it is
     */
    public static Path need(String command, String debianPackage) {
        Optional<Path> found = find(command);
        if (found.isEmpty()) {
            lacks(command + " is missing: apt install " + debianPackage);
        }
        return found.orElseThrow();
    }

    /** Makes sure that {@code file} is there; {@code how} says how to get it: {@code run src/test/peers/install}. */
    public static Path needFile(Path file, String how) {
        if (!Files.exists(file)) {
            lacks(file + " is missing: " + how);
        }
        return file;
    }

    /** Makes sure that the tests run as root; {@code why} says what needs it: {@code network namespaces}. */
    public static void needRoot(String why) {
        if (!"root".equals(System.getProperty("user.name"))) {
            lacks(why + " need root: sudo ./mware test");
        }
    }

    /** Where {@code command} is: on the path, or in a folder for administrators' programs. */
    public static Optional<Path> find(String command) {
        Stream<String> path = Arrays.stream(
                Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator));
        return Stream.concat(path, Stream.of("/usr/sbin", "/sbin", "/usr/local/sbin"))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, command))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static void lacks(String reason) {
        if ("true".equals(System.getenv("CI"))) {
            fail(reason);
        }
        assumeTrue(false, reason);
    }
}
