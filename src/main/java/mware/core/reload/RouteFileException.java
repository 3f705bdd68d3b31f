package mware.core.reload;

/** A route file cannot run; the message says where and why, in words for the one who wrote it. */
final class RouteFileException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String file;
    private final Stage stage;
    private final long line;

    /**
     * Says why {@code file} cannot run.
     *
     * @param line 1 for the first line, 0 when the line is not known
     */
    RouteFileException(String file, Stage stage, long line, String message) {
        super((line > 0 ? file + ":" + line : file) + ": " + message);
        this.file = file;
        this.stage = stage;
        this.line = line;
    }

    String file() {
        return file;
    }

    Stage stage() {
        return stage;
    }

    /** The line, from 1; 0 when it is not known. */
    long line() {
        return line;
    }

    /** How far a file came before it failed. */
    enum Stage {
        /** It could not be read. */
        READ,
        /** It does not compile, or holds no route class of its name. */
        COMPILE,
        /** Its {@code configure()} failed, or its routes are not complete. */
        CONFIGURE,
        /** Its {@code configure()} did not end; not tried again, since each try may keep a processor busy for ever. */
        ENDLESS,
        /** It has a route id that is another file's. */
        CONFLICT,
        /** Its routes did not start. */
        START
    }
}
