package mware.core.collection;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import mware.core.collection.Access.Verdict;
import mware.core.collection.Access.Who;
import mware.core.http.ApiException;
import mware.core.http.Caller;
import org.jspecify.annotations.Nullable;

/** Finds the entity that a request is about, for a caller who may reach it; refuses all others in words. */
final class Reach {

    private final Supplier<String> masterDomain;
    private final Predicate<String> domains;

    /**
     * Knows the domains.
     *
     * @param domains whether there is a domain of that name
     */
    Reach(Supplier<String> masterDomain, Predicate<String> domains) {
        this.masterDomain = masterDomain;
        this.domains = domains;
    }

    String masterDomain() {
        return masterDomain.get();
    }

    /** The domain that a request is about: the one that is named, else the caller's own; 403 and 404 for others. */
    String domain(StoredCollection collection, Caller caller, @Nullable String named) {
        String master = masterDomain();
        String domain = named != null
                ? named.toLowerCase(Locale.ROOT)
                : Optional.ofNullable(caller.domain()).orElse(master);
        if (!domain.equals(master)) {
            permit(Access.decide(caller, Who.KNOWN, domain, Optional.empty(), master));
            if (!domains.test(domain)) {
                throw new ApiException(404, "domain: there is no domain " + cut(domain));
            }
        }
        collection.schema().refusal(domain, master).ifPresent(why -> {
            throw new ApiException(403, why);
        });
        return domain;
    }

    /** The entity of an id, which the caller may read or write. */
    Row entity(StoredCollection collection, Caller caller, String domain, String given, Who who) {
        CollectionSchema schema = collection.schema();
        if (!collection.isLoaded()) {
            permit(Access.decide(caller, who, domain, Optional.empty(), masterDomain()));
            throw collection.notRead();
        }
        String id = schema.idField() == null ? given.toLowerCase(Locale.ROOT) : given;
        Row row = collection.rows().get(kept(schema, domain), id);
        boolean looked = row != null && (schema.about() != null || who == Who.OWN);
        ObjectNode body = looked ? row.body() : null;
        String about = body == null ? domain : about(schema, domain, body);
        Optional<String> owner = body == null ? Optional.empty() : schema.owner(id, body);
        permit(Access.decide(caller, who, about, owner, masterDomain()));
        if (row == null || schema.about() != null && !isWithin(domain, about)) {
            throw new ApiException(404, collection.path() + "/" + cut(given) + " is not there in " + domain);
        }
        return row;
    }

    /** The domain in which entities are kept for a request about {@code domain}. */
    String kept(CollectionSchema schema, String domain) {
        return schema.about() == null ? domain : masterDomain();
    }

    static String about(CollectionSchema schema, String domain, ObjectNode body) {
        return schema.about() == null ? domain : body.path(schema.about()).asText(domain);
    }

    static boolean isWithin(String domain, String name) {
        return name.equals(domain) || name.endsWith("." + domain);
    }

    static void permit(Verdict verdict) {
        if (!verdict.allowed()) {
            throw new ApiException(403, verdict.why());
        }
    }

    static String cut(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "...";
    }
}
