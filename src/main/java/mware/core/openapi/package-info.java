/**
 * The OpenAPI document at {@code /openapi.json}, from one source: {@link mware.core.openapi.OpenApi} puts the fragments of
 * {@code openapi/*.json} together and adds what {@link mware.core.openapi.DescribedCollection} makes of each schema file under
 * {@code collections/}.
 */
@NullMarked
package mware.core.openapi;

import org.jspecify.annotations.NullMarked;
