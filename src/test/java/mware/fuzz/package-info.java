/**
 * A fuzzer that reads the OpenAPI document: {@link mware.fuzz.Document} has its operations, {@link mware.fuzz.Values} makes
 * values that fit a schema and values that do not, {@link mware.fuzz.Mutations} makes requests of them, {@link
 * mware.fuzz.Judge} compares each answer with what is documented.
 */
@NullMarked
package mware.fuzz;

import org.jspecify.annotations.NullMarked;
