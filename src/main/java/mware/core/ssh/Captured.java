package mware.core.ssh;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What a script says: given on line by line, and kept, of very much only the end. */
final class Captured extends OutputStream {

    private static final int LONGEST_LINE = 8192;

    private final int most;
    private final Consumer<String> onLine;
    private final LongSupplier nanos;
    private final StringBuilder text = new StringBuilder();
    private final byte[] line = new byte[LONGEST_LINE];
    private int length;
    private long heard;
    private String last = "";
    private @Nullable Group group;

    Captured(int most, Consumer<String> onLine, LongSupplier nanos) {
        this.most = most;
        this.onLine = onLine;
        this.nanos = nanos;
        heard = nanos.getAsLong();
    }

    @Override
    public synchronized void write(int b) {
        // a progress that overwrites itself is lines too
        if (b == '\n' || b == '\r') {
            endOfLine(b == '\n');
        } else if (length < LONGEST_LINE) {
            line[length++] = (byte) b;
        }
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int count) {
        heard = nanos.getAsLong();
        for (int i = offset; i < offset + count; i++) {
            write(bytes[i]);
        }
    }

    /** All that was said, without the name of the group. */
    synchronized String text() {
        return text + new String(line, 0, length, StandardCharsets.UTF_8);
    }

    /** How long it has said nothing, in nanoseconds. */
    synchronized long silence(long now) {
        return now - heard;
    }

    synchronized String lastLine() {
        return length > 0 ? new String(line, 0, length, StandardCharsets.UTF_8) : last;
    }

    synchronized Optional<Group> group() {
        return Optional.ofNullable(group);
    }

    private void endOfLine(boolean newLine) {
        String said = new String(line, 0, length, StandardCharsets.UTF_8);
        boolean empty = length == 0;
        length = 0;
        if (group == null) {
            group = Group.of(said).orElse(null);
            if (group != null) {
                return;
            }
        }
        if (!empty) {
            last = said;
            onLine.accept(said);
        }
        if (newLine || !empty) {
            text.append(said).append('\n');
            if (text.length() > most) {
                text.delete(0, text.length() - most / 2);
            }
        }
    }
}
