/**
 * The site's configuration: sites, servers, domains, roles and settings, read from a file, checked whole, held for all.
 *
 * <p>Spec: the node, "Configuration". Page: docs/configuration.md, generated from the schema.
 */
@NullMarked
package mware.core.config;

import org.jspecify.annotations.NullMarked;
