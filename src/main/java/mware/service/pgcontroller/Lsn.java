package mware.service.pgcontroller;

import java.util.Locale;

/**
 * A place in the write-ahead log, in bytes from its beginning; PostgreSQL writes {@code 16/B374D848}.
 *
 * @param bytes not negative
 */
public record Lsn(long bytes) implements Comparable<Lsn> {

    /** Nothing known, or nothing written: {@code 0/0}. */
    public static final Lsn NONE = new Lsn(0);

    /** Reads {@code 16/B374D848}; an empty text is {@link #NONE}. */
    public static Lsn parse(String text) {
        if (text.isBlank()) {
            return NONE;
        }
        String[] halves = text.strip().split("/", -1);
        if (halves.length != 2) {
            throw new IllegalArgumentException("must be a place in the log such as 0/3000060, got " + text);
        }
        try {
            return new Lsn(Long.parseLong(halves[0], 16) << 32 | Long.parseLong(halves[1], 16));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("must be a place in the log such as 0/3000060, got " + text, e);
        }
    }

    /** Whether this place lies behind {@code other}. */
    public boolean isBefore(Lsn other) {
        return compareTo(other) < 0;
    }

    /** Bytes from {@code other} to here, negative when it is the later one. */
    public long minus(Lsn other) {
        return bytes - other.bytes;
    }

    @Override
    public int compareTo(Lsn other) {
        return Long.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%X/%X", bytes >>> 32, bytes & 0xFFFF_FFFFL);
    }
}
