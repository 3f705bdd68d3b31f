/**
 * Keeps pairs of PostgreSQL servers at one master and one standby.
 *
 * <p>{@link mware.service.pgcontroller.PgGroups} reads which pairs there are. {@link
 * mware.service.pgcontroller.PgHands} looks at both servers and does what it is told, over SSH and SQL; what it saw is a
 * {@link mware.service.pgcontroller.PairLook}, what it is told a {@link mware.service.pgcontroller.Step}. The story is
 * {@code routes/PgControllerRoutes.java}. Log: {@code pg-controller} (files {@code pgctrl_*.log}). Page:
 * docs/services/pg-controller.md.
 */
@NullMarked
package mware.service.pgcontroller;

import org.jspecify.annotations.NullMarked;
