package mware.service.pgcontroller.hands;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** All that differs for us between the versions of PostgreSQL that can be controlled. */
public enum PgVersion {
    V12(12),
    V13(13),
    V14(14),
    V15(15),
    V16(16),
    V17(17),
    V18(18);

    private final int number;

    PgVersion(int number) {
        this.number = number;
    }

    /** The version of this number; a newer one than we know counts as the newest, an older one is none. */
    public static Optional<PgVersion> of(int number) {
        return Arrays.stream(values())
                .filter(version -> version.number <= number)
                .reduce((one, next) -> next);
    }

    public int number() {
        return number;
    }

    /** Whether a file named by {@code promote_trigger_file} makes a standby the master; later ones do not start with it. */
    public boolean hasTriggerFile() {
        return number <= 15;
    }

    /** Whether a change of {@code primary_conninfo} needs a reload only. */
    public boolean reloadsConninfo() {
        return number >= 13;
    }

    /** Whether a copy comes with a manifest that {@code pg_verifybackup} reads. */
    public boolean hasManifest() {
        return number >= 13;
    }

    /** Whether {@code CHECKPOINT} can be granted, by {@code pg_checkpoint}. */
    public boolean hasCheckpointRole() {
        return number >= 15;
    }

    /** The setting that keeps WAL for a standby that is away, with a value for a small site. */
    public String keepsWal() {
        return number >= 13 ? "wal_keep_size = 1GB" : "wal_keep_segments = 64";
    }

    /** The setting that keeps a slot from filling the disk, where there is one. */
    public Optional<String> limitsSlots() {
        return number >= 13 ? Optional.of("max_slot_wal_keep_size") : Optional.empty();
    }

    /** The settings whose presence keeps this version from starting. */
    public List<String> refusedSettings() {
        return number >= 16
                ? List.of("promote_trigger_file", "wal_keep_segments")
                : number >= 13 ? List.of("wal_keep_segments") : List.of();
    }

    /** A shell function {@code version_facts VERSION} that sets a variable for each of these facts. */
    static String shellFunction() {
        return Arrays.stream(values())
                .map(version -> String.format(
                        Locale.ROOT,
                        "%s) HAS_TRIGGER_FILE=%s RELOADS_CONNINFO=%s HAS_MANIFEST=%s ;;\n",
                        version == V18 ? "*" : Integer.toString(version.number),
                        yes(version.hasTriggerFile()),
                        yes(version.reloadsConninfo()),
                        yes(version.hasManifest())))
                .collect(Collectors.joining("", "version_facts() { case $1 in\n", "esac; }\n"));
    }

    private static String yes(boolean fact) {
        return fact ? "yes" : "no";
    }
}
