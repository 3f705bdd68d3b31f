/** The commands of {@code ./mware}, one class each (picocli); exit codes: 0 ok, 1 failed, 2 wrong use. */
@NullMarked
package mware.command;

import org.jspecify.annotations.NullMarked;
