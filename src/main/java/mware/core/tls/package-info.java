/**
 * Certificates and keys of the site in PEM files: {@link mware.core.tls.PemFiles} reads them and tells when they have
 * changed, {@link mware.core.tls.NodeTrust} says whether another node of the site is who it should be.
 */
@NullMarked
package mware.core.tls;

import org.jspecify.annotations.NullMarked;
