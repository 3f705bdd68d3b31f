package mware;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import mware.testing.Command;
import mware.testing.FreePorts;
import mware.testing.Peers;
import mware.testing.SmallDisk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The packaged node on a data folder that it cannot use: one line that says what is wrong, and exit code 1. */
class DataFolderIT {

    private Path folder;

    @BeforeEach
    void make() throws IOException {
        folder = Files.createTempDirectory("mware-data"); // not JUnit's, which other users may not enter
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void remove() {
        Command.run("rm", "-rf", folder.toString());
    }

    @Test
    void a_file_is_not_a_data_folder() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        assertThat(refusal(file, List.of())).isEqualTo("mware: --data: must be a folder, but " + file + " is a file");
        assertThat(refusal(file.resolve("below"), List.of()))
                .isEqualTo("mware: --data: must be a folder, but " + file + " is a file");
    }

    @Test
    void a_read_only_disk_is_named() throws IOException {
        try (var disk = SmallDisk.of(folder.resolve("disk"), 8)) {
            disk.readOnly(true);

            assertThat(refusal(disk.folder(), List.of()))
                    .isEqualTo(
                            "mware: --data: cannot write " + disk.folder().resolve("lock") + ": Read-only file system");
            assertThat(refusal(disk.folder().resolve("data"), List.of()))
                    .isEqualTo(
                            "mware: --data: cannot write " + disk.folder().resolve("data") + ": Read-only file system");
        }
    }

    @Test
    void a_full_disk_is_named_with_what_is_free_and_needed() throws IOException {
        try (var disk = SmallDisk.of(folder.resolve("disk"), 8)) {
            disk.fill();
            Path data = disk.folder().resolve("data");

            assertThat(refusal(data, List.of()))
                    .isEqualTo("mware: --data: cannot write " + data.resolve("cluster.secret")
                            + ": No space left on device");

            disk.free();
            Files.createDirectories(data);
            Files.writeString(data.resolve("cluster.secret"), "a-secret-of-the-test-0123456789abcdef\n");
            disk.fill();

            assertThat(refusal(data, List.of()))
                    .isEqualTo("mware: --data: cannot write " + data.resolve("zookeeper")
                            + ": the disk is full: 0 MB are free, 16 MB are needed");
        }
    }

    @Test
    void a_folder_that_the_user_may_not_write_in_is_named_with_the_user() throws IOException {
        Peers.needRoot("other users");
        Peers.need("runuser", "util-linux");
        Path others = Files.createDirectory(folder.resolve("others"));
        Path closed = Files.createDirectory(
                folder.resolve("closed"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        List<String> nobody = List.of("runuser", "-u", "nobody", "--");

        assertThat(refusal(others, nobody))
                .isEqualTo("mware: --data: cannot write " + others.resolve("lock")
                        + ": the user nobody has no permission");
        assertThat(refusal(closed.resolve("data"), nobody))
                .isEqualTo("mware: --data: cannot write " + closed.resolve("data")
                        + ": the user nobody has no permission");
    }

    /** What the node says, all of it, when it refuses to run. */
    private String refusal(Path data, List<String> before) throws IOException {
        Path dist = Path.of(System.getProperty("mware.dist", "target/mware")).toAbsolutePath();
        if (!before.isEmpty()) { // the checkout may be closed to other users
            Path copy = folder.resolve("opt");
            if (!Files.exists(copy)) {
                Command.run("cp", "-r", dist.toString(), copy.toString());
            }
            dist = copy;
        }
        var command = new ArrayList<>(before);
        command.addAll(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-Dmware.home=" + dist,
                "-cp",
                dist + "/lib/*",
                "mware.Mware",
                "run",
                "--data",
                data.toString(),
                "--http",
                "127.0.0.1:" + FreePorts.next(),
                "--set",
                "zookeeper.port=" + FreePorts.next()));
        Command.Result result = Command.attempt("", command);
        assertThat(result.exitCode()).as(result.output()).isEqualTo(1);
        return result.output()
                .lines()
                .filter(line -> !line.startsWith("mware: log files stop"))
                .reduce((one, other) -> one + "\n" + other)
                .orElse("");
    }
}
