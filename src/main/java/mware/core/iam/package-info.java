/**
 * Who may use the APIs: accounts, sessions, API tokens, and closing an address after failed log-ins.
 */
@NullMarked
package mware.core.iam;

import org.jspecify.annotations.NullMarked;
