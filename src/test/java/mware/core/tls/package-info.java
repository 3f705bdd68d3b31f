@NullMarked
package mware.core.tls;

import org.jspecify.annotations.NullMarked;
