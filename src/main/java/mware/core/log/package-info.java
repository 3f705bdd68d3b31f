/**
 * The log files of a node, one family per service, and its console.
 *
 * <p>{@link mware.core.log.LogSetup} sets logback up by code (no XML to parse at start); {@link mware.core.log.Logs} adds
 * the files of a running node: events are formatted on the caller's thread, pass a bounded {@link
 * mware.core.log.LineQueue}, and are written by one thread into {@link mware.core.log.LogFiles}. What is deleted and why
 * is said by {@link mware.core.log.Retention} alone.
 */
@NullMarked
package mware.core.log;

import org.jspecify.annotations.NullMarked;
