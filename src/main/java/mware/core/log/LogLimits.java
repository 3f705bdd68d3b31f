package mware.core.log;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/**
 * How much log a node keeps (setting {@code log}).
 *
 * @param file bytes at which a file is closed
 * @param keep how long a closed file is kept
 * @param total bytes of all files of the node
 * @param free bytes that must stay free on the disk; below, nothing is written
 */
public record LogLimits(long file, Duration keep, long total, long free) {

    private static final long MB = 1024 * 1024;

    /** The limits of the seed's platform. */
    public static final LogLimits DEFAULT = new LogLimits(10 * MB, Duration.ofDays(2), 1024 * MB, 3072 * MB);

    /** Reads the setting; what it does not name has its default. */
    public static LogLimits of(JsonNode setting) {
        return new LogLimits(
                megabytes(setting, "max_file_mb", DEFAULT.file),
                setting.path("keep_days").isNumber()
                        ? Duration.ofDays(setting.path("keep_days").asLong())
                        : DEFAULT.keep,
                megabytes(setting, "max_total_mb", DEFAULT.total),
                megabytes(setting, "min_free_mb", DEFAULT.free));
    }

    private static long megabytes(JsonNode setting, String key, long otherwise) {
        return setting.path(key).isNumber() ? setting.path(key).asLong() * MB : otherwise;
    }
}
