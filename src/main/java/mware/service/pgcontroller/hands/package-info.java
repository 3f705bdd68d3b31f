/**
 * Looks at PostgreSQL servers and does what it is told there, over SSH and SQL.
 *
 * <p>{@link mware.service.pgcontroller.hands.RemoteHands} is the way in. {@code SqlQuestions} asks over SQL,
 * {@code HostQuestions} over SSH; {@code Acts} does the steps; {@code Preflight} says what would stop them. What runs on the servers is
 * {@code pg-controller/hands.sh}, fed on standard input with the variables that {@code Scripts} puts before it.
 * {@link mware.service.pgcontroller.hands.PgVersion} holds what differs between versions of PostgreSQL.
 */
@NullMarked
package mware.service.pgcontroller.hands;

import org.jspecify.annotations.NullMarked;
