package mware.service.pgcontroller;

/** Whether one place reaches another. */
public enum Reach {
    /** It answered. */
    REACHED,
    /** The host is there and says that nobody listens. */
    REFUSED,
    /** No answer, in 2 of 3 tries or more. */
    SILENT,
    /** Nobody could ask, or there is nothing to ask for. */
    UNKNOWN
}
