package mware.core.syslog;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Finds the messages in a stream by RFC 6587: counted octets ({@code 12 <34>message}) or lines; the first frame of a
 * connection tells which. Pure; one for each connection, not for several threads.
 *
 * <p>A count that is wrong costs the messages that it touches: the next thing that looks like a count before a priority
 * is where it goes on. A message that is longer than the limit loses its end.
 */
public final class Framing {

    private static final int MOST_DIGITS = 7;
    private static final int MOST_COUNTED = 1 << 20; // above it is no count but a mistake

    private enum Mode {
        UNKNOWN,
        COUNTED,
        LINES
    }

    private enum State {
        START,
        COUNT,
        FIRST,
        BODY,
        LINE
    }

    private final int limit;
    private final Consumer<byte[]> out;
    private Mode mode = Mode.UNKNOWN;
    private State state = State.START;
    private byte[] kept = new byte[512];
    private int length;
    private int count;

    /**
     * Prepares for the first octet of a connection.
     *
     * @param limit the most octets of a message that are kept
     * @param out gets each message, without count and line end
     */
    public Framing(int limit, Consumer<byte[]> out) {
        this.limit = limit;
        this.out = out;
    }

    /** Reads the next {@code octets} octets of the stream. */
    public void read(byte[] b, int octets) {
        int i = 0;
        while (i < octets) {
            switch (state) {
                case START -> i = start(b, i);
                case COUNT -> i = count(b, i);
                case FIRST -> i = first(b, i);
                case BODY -> i = body(b, i, octets);
                case LINE -> i = line(b, i, octets);
            }
        }
    }

    /** The stream has ended: what has come of a message is one. */
    public void end() {
        if (halfway()) {
            emit(length);
        }
    }

    /** Whether a message has begun and not ended. */
    public boolean halfway() {
        return length > 0;
    }

    private int start(byte[] b, int i) {
        int c = b[i];
        if (c == '\n' || c == '\r' || c == 0 || (c == ' ' && mode == Mode.COUNTED)) {
            return i + 1;
        }
        length = 0;
        count = 0;
        state = mode != Mode.LINES && c > '0' && c <= '9' ? State.COUNT : State.LINE;
        mode = state == State.LINE && mode == Mode.UNKNOWN ? Mode.LINES : mode;
        return i;
    }

    private int count(byte[] b, int i) {
        int c = b[i];
        if (c >= '0' && c <= '9' && length < MOST_DIGITS) {
            keep(b, i, i + 1);
            count = count * 10 + c - '0';
            return i + 1;
        }
        if (c == ' ' && count <= MOST_COUNTED) {
            keep(b, i, i + 1);
            state = State.FIRST;
            return i + 1;
        }
        return noCount(i);
    }

    /** Behind a count: only a priority makes the first one of a connection a count. */
    private int first(byte[] b, int i) {
        if (mode == Mode.UNKNOWN && b[i] != '<' && b[i] != (byte) 0xef) {
            return noCount(i);
        }
        mode = Mode.COUNTED;
        state = State.BODY;
        length = 0;
        return i;
    }

    private int noCount(int i) {
        mode = mode == Mode.UNKNOWN ? Mode.LINES : mode;
        state = State.LINE;
        return i;
    }

    private int body(byte[] b, int i, int end) {
        int take = Math.min(count, end - i);
        keep(b, i, i + take);
        count -= take;
        if (count == 0) {
            emit(length);
        }
        return i + take;
    }

    private int line(byte[] b, int i, int end) {
        int from = i;
        while (i < end && b[i] != '\n' && b[i] != 0) {
            if (b[i] == '<' && mode == Mode.COUNTED) {
                keep(b, from, i);
                from = i;
                if (resumed()) {
                    return i;
                }
            }
            i++;
        }
        keep(b, from, i);
        if (i == end) {
            return i;
        }
        emit(length);
        return i + 1;
    }

    /** After a wrong count: whether what was kept ends with a right one; if so, what is before it was the rest. */
    private boolean resumed() {
        int digits = 0;
        while (digits < length - 1 && digits < MOST_DIGITS && isDigit(kept[length - 2 - digits])) {
            digits++;
        }
        if (length < 2 || kept[length - 1] != ' ' || digits == 0) {
            return false;
        }
        int value = 0;
        for (int k = length - 1 - digits; k < length - 1; k++) {
            value = value * 10 + kept[k] - '0';
        }
        if (value == 0 || value > MOST_COUNTED) {
            return false;
        }
        emit(length - 1 - digits);
        count = value;
        state = State.BODY;
        return true;
    }

    private static boolean isDigit(byte c) {
        return c >= '0' && c <= '9';
    }

    private void keep(byte[] b, int from, int to) {
        int take = Math.min(to - from, limit - length);
        if (take <= 0) {
            return;
        }
        if (length + take > kept.length) {
            kept = Arrays.copyOf(kept, Math.min(limit, Math.max(kept.length * 2, length + take)));
        }
        System.arraycopy(b, from, kept, length, take);
        length += take;
    }

    private void emit(int octets) {
        int end = octets;
        while (end > 0 && (kept[end - 1] == '\n' || kept[end - 1] == '\r')) {
            end--;
        }
        if (end > 0) {
            out.accept(Arrays.copyOf(kept, end));
        }
        length = 0;
        state = State.START;
        if (kept.length > 1 << 14) {
            kept = new byte[512]; // one large message must not cost every connection its size for ever
        }
    }
}
