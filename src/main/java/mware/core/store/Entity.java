package mware.core.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One entity of a collection as it is kept; not to be changed once made, its body included.
 *
 * @param id a UUID in its usual form, or a key such as {@code syslog_trap}; unique in the collection and domain
 * @param domain the domain that it belongs to
 * @param unique what no other living entity of the same collection and domain may have, such as a login; null for none
 * @param body its fields without {@code id}, {@code ext.ct} and {@code ext.lwt}; hidden ones, such as a hash, included
 * @param created {@code ext.ct}, in whole milliseconds
 * @param modified {@code ext.lwt}, in whole milliseconds; later at each write
 * @param version 1 when it is made, one more at each write
 * @param deleted whether this only says that it is no more
 */
public record Entity(
        String id,
        String domain,
        @Nullable String unique,
        ObjectNode body,
        Instant created,
        Instant modified,
        long version,
        boolean deleted) {

    /** Names it and its version; never the body, which may hold secrets. */
    @Override
    public String toString() {
        return id + " of " + domain + ", version " + version + (deleted ? ", deleted" : "");
    }
}
