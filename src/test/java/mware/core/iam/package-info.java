/** Tests of {@link mware.core.iam}. */
package mware.core.iam;
