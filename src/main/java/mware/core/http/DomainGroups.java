package mware.core.http;

import java.util.OptionalInt;

/** What forwarding asks of the domain tree. */
public interface DomainGroups {

    /** The domain that a request is about when it names none. */
    String masterDomain();

    /** The group of this site that serves {@code domain}; empty when none does. */
    OptionalInt groupOf(String domain);
}
