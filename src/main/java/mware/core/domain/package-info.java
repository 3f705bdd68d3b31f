/** The domain tree and which group serves which part of it. */
@NullMarked
package mware.core.domain;

import org.jspecify.annotations.NullMarked;
