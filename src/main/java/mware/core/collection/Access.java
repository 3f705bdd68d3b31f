package mware.core.collection;

import java.util.Locale;
import java.util.Optional;
import mware.core.http.Caller;

/** Decides who may read or write what. Pure: all it needs is in the question. */
public final class Access {

    private Access() {}

    /** Whom a collection lets in, by {@code x-access} of its schema. */
    public enum Who {
        /** Administrators of the master domain. */
        MASTER,
        /** Administrators of the entity's domain or of a domain above it. */
        ADMINISTRATOR,
        /** Those, and the account that the entity is or belongs to. */
        OWN,
        /** Anybody known in the entity's domain or in a domain above it. */
        KNOWN;

        /** The one that a schema names in lower case; throws IllegalArgumentException when there is none. */
        public static Who of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }
    }

    /**
     * Whether, and why not.
     *
     * @param why in words for the caller; empty when it is allowed
     */
    public record Verdict(boolean allowed, String why) {

        static final Verdict YES = new Verdict(true, "");

        static Verdict no(String why) {
            return new Verdict(false, why);
        }
    }

    /**
     * Whether {@code caller} is one of {@code who} for something of {@code domain}.
     *
     * @param owner the id of the account that the entity is or belongs to; empty when it belongs to nobody
     * @param masterDomain the domain whose administrators may do anything
     */
    public static Verdict decide(Caller caller, Who who, String domain, Optional<String> owner, String masterDomain) {
        if (caller.isAdministratorOf(masterDomain)) {
            return Verdict.YES;
        }
        boolean administrator = caller.isAdministratorOf(domain);
        // the account by its id: a login may have a new owner, and a token may be called like one
        boolean own = domain.equals(caller.domain())
                && owner.filter(id -> id.equals(caller.account())).isPresent();
        return switch (who) {
            case MASTER -> Verdict.no("only administrators of " + masterDomain + " may do this");
            case ADMINISTRATOR ->
                administrator ? Verdict.YES : Verdict.no("only administrators of " + domain + " may do this");
            case OWN ->
                administrator || own
                        ? Verdict.YES
                        : Verdict.no("only administrators of " + domain + " and the account itself may do this");
            case KNOWN ->
                caller.isWithin(domain)
                        ? Verdict.YES
                        : Verdict.no("only accounts of " + domain + " and above may do this");
        };
    }
}
