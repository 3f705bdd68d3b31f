/**
 * Active-passive: one ordered election per group on ZooKeeper decides which node runs the services of the group.
 *
 * <p>{@link mware.core.cluster.Leadership} is what the rest of the product sees of it; {@link
 * mware.core.cluster.ServiceRoutes} is what route files see of it.
 *
 * <p>Who does what: {@code ZooKeeperConnection} and {@code Session} speak to ZooKeeper; {@code GroupElection} looks,
 * {@code Election} decides, {@code GroupWrites} acts; {@code Term} is the lease and {@code Pulse} proves it; {@code
 * Announcer} tells listeners and {@code ActiveRoutes}, which starts and stops entry routes through {@code
 * ActiveNodePolicy}. {@code NodeRegistry} and {@code GroupsView} show the other nodes. Log: {@code cluster}.
 */
@NullMarked
package mware.core.cluster;

import org.jspecify.annotations.NullMarked;
