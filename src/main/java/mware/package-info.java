/** The node: its command line, and the wiring of {@code core} and the services. */
@NullMarked
package mware;

import org.jspecify.annotations.NullMarked;
