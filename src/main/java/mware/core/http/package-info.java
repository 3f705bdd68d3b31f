/**
 * The one HTTP port of a node: API, health and metrics behind a front door that every request passes.
 *
 * <p>{@link mware.core.http.FrontDoor} opens the port and sets the order; {@link mware.core.http.Doorkeeper} lets in
 * who may, {@link mware.core.http.Forwarding} decides whether another node has to answer and {@link
 * mware.core.http.Forwarder} carries it there; routes answer the rest through {@link mware.core.http.Api}.
 */
@NullMarked
package mware.core.http;

import org.jspecify.annotations.NullMarked;
