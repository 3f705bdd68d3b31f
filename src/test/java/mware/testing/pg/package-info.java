/**
 * Pairs of PostgreSQL servers with SSH servers beside them, on hosts of a network of the test's own.
 *
 * <p>{@link mware.testing.pg.PgLab} is the network, {@link mware.testing.pg.PgHost} one server that can be killed, frozen and cut
 * off, {@link mware.testing.pg.PgWriter} a client that notes each row that a server acknowledged, and
 * {@link mware.testing.pg.Acknowledged} what became of those rows.
 */
package mware.testing.pg;
