package mware;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {

    @TempDir
    private Path folder;

    @Test
    void one_that_it_makes_is_closed_to_other_users() throws Exception {
        Path data = folder.resolve("site/mware");

        DataFolder.take(data).close();

        assertThat(permissions(data)).isEqualTo("rwxr-x---");
    }

    @Test
    void one_that_is_there_keeps_its_mode() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));

        DataFolder.take(folder).close();

        assertThat(permissions(folder)).isEqualTo("rwxr-xr-x");
    }

    private static String permissions(Path folder) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder));
    }
}
