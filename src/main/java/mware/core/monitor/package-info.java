/** What is wrong right now: services report deviations, the system state gathers them from all nodes. */
@NullMarked
package mware.core.monitor;

import org.jspecify.annotations.NullMarked;
