package mware.core.reload;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A route file and what became of it.
 *
 * @param file its name without the folder
 * @param routes its routes that are in the node, those of the last good version; empty when nothing of it runs
 * @param failure why its present content does not run, with file and line; null when it does
 * @param line the line of the failure from 1, 0 when it is not known
 */
record FileReport(String file, List<RunningFile.Entry> routes, @Nullable String failure, long line) {}
