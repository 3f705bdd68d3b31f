/**
 * What is wrong right now, and the figures: services report {@link mware.core.monitor.Deviations} and count in {@link
 * mware.core.monitor.Metrics}; {@link mware.core.monitor.Probes} looks at the machine; {@link
 * mware.core.monitor.SystemState} gathers from all nodes of the site, {@link mware.core.monitor.SiteCheck} says what the
 * site as a whole lacks.
 *
 * <p>Routes: {@code MonitorRoutes.java}.
 */
@NullMarked
package mware.core.monitor;

import org.jspecify.annotations.NullMarked;
