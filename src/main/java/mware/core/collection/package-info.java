/**
 * One engine for all collections: a schema file under {@code collections/} makes a documented, checked, paged, audited and
 * permission-checked collection at {@code /rest/v1/{category}/{collection}}.
 *
 * <p>All living entities are in memory on every node, so reads go on while the store is away; {@link
 * mware.core.collection.Access} decides who may do what, {@link mware.core.collection.CollectionRules} adds what is a
 * collection's own.
 */
@NullMarked
package mware.core.collection;

import org.jspecify.annotations.NullMarked;
