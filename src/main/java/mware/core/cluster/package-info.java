/**
 * Active-passive: one ordered election per group on ZooKeeper decides which node runs the services of the group.
 *
 * <p>{@link mware.core.cluster.Leadership} is what the rest of the product sees of it; {@link
 * mware.core.cluster.ServiceRoutes} is what route files see of it.
 */
@NullMarked
package mware.core.cluster;

import org.jspecify.annotations.NullMarked;
