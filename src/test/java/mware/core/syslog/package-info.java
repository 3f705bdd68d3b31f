/** Tests of the package of the same name. */
@NullMarked
package mware.core.syslog;

import org.jspecify.annotations.NullMarked;
