package routes;

import mware.core.cluster.ServiceRoutes;
import mware.core.collection.AuditApi;
import mware.core.collection.CollectionApi;
import mware.core.http.Api;

/** Every collection that has a schema file under collections/ is read and written at a path of its own, on every node. */
public final class CollectionsRoutes extends ServiceRoutes {

    @Override
    public void configure() {
        CollectionApi api = the(CollectionApi.class);
        AuditApi audit = the(AuditApi.class);

        onRequest("collections.audit", "GET", "/rest/v1/iam/audit")
            .process(Api.answer(audit::list));

        for (String path : api.paths()) {
            String id = "collections." + path.replace('/', '.');

            onRequest(id, "GET,POST", "/rest/v1/" + path)
                .process(Api.answer(api.entities(path)));

            onRequest(id + ".lookup", "POST", "/rest/v1/" + path + "/lookup")
                .process(Api.answer(api.lookup(path)));

            onRequest(id + ".entity", "GET,PATCH,DELETE", "/rest/v1/" + path + "/{id}")
                .process(Api.answer(api.entity(path)));
        }
    }
}
