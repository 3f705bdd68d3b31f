/** What keeps a pair of PostgreSQL servers at one master, as the bench {@code pg-failover} sees it: mware and its peers. */
@NullMarked
package mware.bench.pair;

import org.jspecify.annotations.NullMarked;
