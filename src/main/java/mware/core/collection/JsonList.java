package mware.core.collection;

import java.io.ByteArrayOutputStream;

/** Puts JSON texts that are made already together to a list. */
final class JsonList {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(4_096);
    private boolean any;

    JsonList() {
        out.write('[');
    }

    void add(byte[] json) {
        if (any) {
            out.write(',');
        }
        any = true;
        out.writeBytes(json);
    }

    byte[] bytes() {
        out.write(']');
        return out.toByteArray();
    }
}
