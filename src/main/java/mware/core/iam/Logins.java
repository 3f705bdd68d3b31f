package mware.core.iam;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Checks passwords; known and unknown log-ins cost the same time. */
public interface Logins {

    /**
     * The account, when the password is right and it is enabled; never blocks the caller.
     *
     * <p>It does not close anything after failures: the caller knows where the try came from.
     */
    CompletionStage<Optional<Account>> check(String domain, String login, String password);

    /** Whether the account is still as it was when it logged in: there, enabled, with the same password and roles. */
    boolean isStill(Account account);

    /** Whether accounts have been read at all; before that {@link #isStill} says no to everybody. */
    boolean isLoaded();

    /**
     * Somebody who has logged in.
     *
     * @param id the id of the user
     * @param stamp changes with the password, the roles and the switch of the account; no secret
     */
    record Account(String id, String domain, String login, java.util.List<String> roles, String stamp) {
        public Account {
            roles = java.util.List.copyOf(roles);
        }
    }
}
