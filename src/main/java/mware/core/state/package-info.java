/** Small runtime state of a group (last master, outboxes, counters), kept in ZooKeeper and fenced by the epoch. */
@NullMarked
package mware.core.state;

import org.jspecify.annotations.NullMarked;
