/**
 * Where the entities of collections are kept for good.
 *
 * <p>A {@link mware.core.store.Store} loads, writes and follows {@link mware.core.store.Entity entities}; what they mean,
 * who may see them and how they are asked for is the business of {@code core.collection}.
 */
@NullMarked
package mware.core.store;

import org.jspecify.annotations.NullMarked;
