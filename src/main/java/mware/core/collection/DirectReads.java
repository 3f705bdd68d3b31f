package mware.core.collection;

import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import mware.core.http.ApiException;
import mware.core.http.DirectRequest;
import mware.core.http.HeldTags;

/** Answers {@code GET /rest/v1/{category}/{collection}/{id}} from memory, where there is nothing to say but the entity. */
public final class DirectReads {

    private static final String PREFIX = "/rest/v1/";

    private final StoredCollections collections;
    private final Reach reach;

    /** Answers for these collections. */
    public DirectReads(StoredCollections collections, Supplier<String> masterDomain, Predicate<String> domains) {
        this.collections = collections;
        reach = new Reach(masterDomain, domains);
    }

    /** Whether it has answered; what it does not is for the route, which says why. */
    public boolean answer(DirectRequest request) {
        String path = request.path();
        if (!path.startsWith(PREFIX) || request.hasQuery() || path.indexOf('%') >= 0) {
            return false;
        }
        int last = path.lastIndexOf('/');
        StoredCollection collection =
                last <= PREFIX.length() ? null : collections.known(path.substring(PREFIX.length(), last));
        if (collection == null || collection.schema().inZooKeeper() || !collection.isLoaded()) {
            return false;
        }
        try {
            var caller = request.caller();
            String domain = reach.domain(collection, caller, null);
            Row row = reach.entity(
                    collection,
                    caller,
                    domain,
                    path.substring(last + 1),
                    collection.schema().read());
            ReadyTexts.Ready ready = collections.ready(collection, row);
            Map<String, String> headers = Map.of("ETag", ready.tag(), "Cache-Control", "private, no-cache");
            if (HeldTags.hold(request.header("If-None-Match"), ready.tag())) {
                request.json(304, null, headers);
            } else {
                request.json(200, ready.json(), headers);
            }
            return true;
        } catch (ApiException e) {
            return false;
        }
    }
}
