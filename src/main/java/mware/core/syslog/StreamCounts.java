package mware.core.syslog;

/**
 * What went through a listener since it was started.
 *
 * @param open connections now
 * @param accepted connections so far
 * @param refused connections closed at once since there were too many
 * @param received messages read
 * @param lost messages read but not handled when the listener was stopped
 */
public record StreamCounts(long open, long accepted, long refused, long received, long lost) {}
