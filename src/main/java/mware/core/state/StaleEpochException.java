package mware.core.state;

/** A write was refused since the writer's term is over: another node has become active, or this one stepped down. */
public class StaleEpochException extends StateException {

    private static final long serialVersionUID = 1L;

    /**
     * Names the key that was not written and the term that is over.
     *
     * @param key the key that was to be written
     * @param epoch the epoch that is no longer the group's
     */
    public StaleEpochException(String key, long epoch) {
        super("refused to write " + key + ": epoch " + Long.toHexString(epoch) + " is over");
    }
}
