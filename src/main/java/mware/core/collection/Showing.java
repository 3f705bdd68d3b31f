package mware.core.collection;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What a reader sees of an entity. */
final class Showing {

    private Showing() {}

    /** As it is shown when it is asked for alone. */
    static ObjectNode whole(StoredCollection collection, Row row) {
        ObjectNode shown = of(collection, row);
        CollectionRules rules = collection.rules();
        return rules == CollectionRules.NONE ? shown : rules.whole(row.entity(), shown);
    }

    /** As it is shown in lists: id first, its times last, nothing hidden. */
    static ObjectNode of(StoredCollection collection, Row row) {
        ObjectNode body = row.body();
        CollectionSchema schema = collection.schema();
        schema.removeHidden(body);
        CollectionRules rules = collection.rules();
        if (rules != CollectionRules.NONE) {
            body = rules.show(row.entity(), body);
        }
        ObjectNode shown = body.objectNode();
        shown.put("id", row.id);
        shown.setAll(body);
        if (schema.showsDomain()) {
            shown.put("domain", row.domain);
        }
        ObjectNode ext = shown.get("ext") instanceof ObjectNode given ? given : shown.putObject("ext");
        shown.remove("ext");
        ext.put("ct", Times.text(row.created));
        ext.put("lwt", Times.text(row.modified));
        shown.set("ext", ext);
        return shown;
    }
}
