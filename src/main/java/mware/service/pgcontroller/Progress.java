package mware.service.pgcontroller;

/** How a long step tells how far it is, and hears that it shall end; safe on any thread. */
public interface Progress {

    /**
     * Tells how far it is; at least every few seconds, or the step counts as stuck.
     *
     * @param what such as {@code copying}
     * @param percent -1 where it is not known
     * @param bytesPerSecond 0 where it is not known
     */
    void at(String what, int percent, long bytesPerSecond);

    /** Whether the step shall end as soon as it can, with nothing running left behind. */
    boolean isCancelled();
}
