package mware.core.collection;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mware.core.config.Schema;
import mware.core.http.Closings;
import mware.core.http.ClusterSecretAuthenticator;
import mware.core.http.FrontDoor;
import mware.core.http.Health;
import mware.core.http.HttpAddress;
import mware.core.http.HttpLimits;
import mware.core.monitor.Deviations;
import mware.core.store.DatabaseSettings;
import mware.core.store.SqlStore;

/** A front door with one collection whose entities have files, in a process of its own: arguments are a folder and a port. */
public final class AttachmentNode {

    static final String SECRET = "the-secret-of-this-test";
    static final String PATH = "test/files";
    private static final String SCHEMA =
            """
            {"type": "object", "required": ["name"], "additionalProperties": false, "x-attachment": true,
             "properties": {"name": {"type": "string"},
               "opts": {"type": "object", "properties": {"attachment_info": {"type": "object", "x-mode": "out"}}}}}""";

    private AttachmentNode() {}

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        Clock clock = Clock.systemUTC();
        var store = new SqlStore(DatabaseSettings.h2(), folder, Optional::empty, new Deviations(clock), clock);
        var collections = new StoredCollections(
                List.of(new CollectionSchema(PATH, Schema.of(SCHEMA))), Map.of("sql", store), 16 << 20, clock);
        var attachments =
                new Attachments(collections, store, folder.resolve("cache"), () -> "m.local", name -> true, clock);
        var door = new FrontDoor(
                new HttpAddress("127.0.0.1", Integer.parseInt(args[1])),
                HttpLimits.DEFAULT,
                List.of(new ClusterSecretAuthenticator(SECRET::equals)),
                Closings.NONE,
                () -> new Health(List.of()),
                () -> "",
                Optional.empty());
        door.direct(
                "/rest/v1/" + PATH + "/:id/attachment",
                List.of("GET", "HEAD", "PUT", "DELETE"),
                request -> attachments.answer(PATH, request));
        collections.start();
        store.start();
        store.awaitFirstTry(Duration.ofSeconds(30));
        var things = collections.stored(PATH);
        for (int tries = 0; !things.isLoaded() && tries < 300; tries++) {
            store.awaitFirstTry(Duration.ofMillis(1));
            java.util.concurrent.locks.LockSupport.parkNanos(100_000_000);
        }
        if (things.rows().count("m.local") == 0) {
            var body = com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.objectNode();
            things.create(
                    Author.NODE,
                    "m.local",
                    body.put("id", "6a0e1a5c-0f6d-4b7e-9d2b-1f2e3d4c5b6a").put("name", "Ä 1"));
        }
        door.open();
        door.ready();
        System.out.println("READY");
    }
}
