/**
 * The site's configuration on all nodes: saved, checked, put in force, followed, rolled back.
 *
 * <p>Configurations are entities of {@code master/configurations}, kept in ZooKeeper. {@link mware.core.rollout.LifeCycle}
 * decides what may become of one; {@link mware.core.rollout.Configurations} does it for the API; {@link
 * mware.core.rollout.Rollout} puts the active one in force on this node and keeps a copy of it in the data folder ({@link
 * mware.core.rollout.LastConfiguration}), from which a node starts while ZooKeeper is away. Page: docs/configuring.md.
 */
@NullMarked
package mware.core.rollout;

import org.jspecify.annotations.NullMarked;
