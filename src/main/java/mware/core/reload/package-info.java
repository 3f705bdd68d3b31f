/**
 * Route files: compiled when they change, taken in and out of the running node, watched.
 *
 * <p>{@link mware.core.reload.RouteFolder} looks at the folder and holds what runs; {@link mware.core.reload.Settling}
 * says when a file is ready; {@link mware.core.reload.RouteCompiler} and {@link mware.core.reload.CompiledCache} make
 * classes of it; {@link mware.core.reload.RouteSwap} changes the routes, all of a file or none; {@link
 * mware.core.reload.RoutesHealth} compares what should run with what does. Log: {@code routes}. Page: docs/routes.md.
 */
@NullMarked
package mware.core.reload;

import org.jspecify.annotations.NullMarked;
