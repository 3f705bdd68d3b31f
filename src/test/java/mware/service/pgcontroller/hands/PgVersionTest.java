package mware.service.pgcontroller.hands;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import mware.testing.Command;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PgVersionTest {

    @ParameterizedTest
    @CsvSource({
        "12, true,  false, false, false, wal_keep_segments = 64, ''",
        "13, true,  true,  true,  false, wal_keep_size = 1GB, wal_keep_segments",
        "14, true,  true,  true,  false, wal_keep_size = 1GB, wal_keep_segments",
        "15, true,  true,  true,  true,  wal_keep_size = 1GB, wal_keep_segments",
        "16, false, true,  true,  true,  wal_keep_size = 1GB, promote_trigger_file;wal_keep_segments",
        "17, false, true,  true,  true,  wal_keep_size = 1GB, promote_trigger_file;wal_keep_segments",
        "18, false, true,  true,  true,  wal_keep_size = 1GB, promote_trigger_file;wal_keep_segments",
        "19, false, true,  true,  true,  wal_keep_size = 1GB, promote_trigger_file;wal_keep_segments"
    })
    void each_version_has_its_facts(
            int number,
            boolean triggerFile,
            boolean reloadsConninfo,
            boolean manifest,
            boolean checkpointRole,
            String keepsWal,
            String refused) {
        PgVersion version = PgVersion.of(number).orElseThrow();

        assertThat(version.hasTriggerFile()).isEqualTo(triggerFile);
        assertThat(version.reloadsConninfo()).isEqualTo(reloadsConninfo);
        assertThat(version.hasManifest()).isEqualTo(manifest);
        assertThat(version.hasCheckpointRole()).isEqualTo(checkpointRole);
        assertThat(version.keepsWal()).isEqualTo(keepsWal);
        assertThat(version.limitsSlots().isPresent()).isEqualTo(number >= 13);
        assertThat(String.join(";", version.refusedSettings())).isEqualTo(refused);
        assertThat(Command.feed(
                        PgVersion.shellFunction() + "version_facts " + number
                                + "; echo $HAS_TRIGGER_FILE $RELOADS_CONNINFO $HAS_MANIFEST",
                        "sh"))
                .isEqualTo(String.join(" ", List.of(yes(triggerFile), yes(reloadsConninfo), yes(manifest))) + "\n");
    }

    @Test
    void what_is_older_than_12_is_none_that_can_be_controlled() {
        assertThat(PgVersion.of(11)).isEmpty();
    }

    private static String yes(boolean fact) {
        return fact ? "yes" : "no";
    }
}
