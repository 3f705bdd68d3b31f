package routes;

import mware.core.cluster.ServiceRoutes;
import mware.core.http.Api;
import mware.service.pgcontroller.PgController;
import mware.service.pgcontroller.PgController.Act;
import mware.service.pgcontroller.PgController.Look;
import mware.service.pgcontroller.PgControllerApi;
import mware.service.pgcontroller.PgPair;

/** Each pair of PostgreSQL servers is looked at every 2 s, on a thread of its own; what is decided is done, and looked at again. */
public final class PgControllerRoutes extends ServiceRoutes {

    @Override
    public void configure() {
        PgController controller = the(PgController.class);
        PgControllerApi api = the(PgControllerApi.class);

        onActiveNode("pg-controller", "scheduler:pg-controller?delay={{pg-controller.tick}}")
            .setBody(tick -> controller.due())
            .split(body())
                .wireTap("direct:pg-controller.pair").executorService(controller.threads());

        step("pg-controller.pair")
            .transform().body(PgPair.class, controller::look)
            .filter(body().isNotNull())
                .transform().body(Look.class, controller::decide)
                .filter(body().isNotNull())
                    .transform().body(Act.class, controller::act)
                    .filter(body().isNotNull())
                        .wireTap("direct:pg-controller.pair").executorService(controller.threads());

        onRequest("pg-controller.list", "GET", "/api/pg/v1/groups")
            .process(Api.answer(api::list));

        onRequest("pg-controller.status", "GET", "/api/pg/v1/groups/{key}")
            .process(Api.answer(api::status));

        onRequest("pg-controller.history", "GET", "/api/pg/v1/groups/{key}/history")
            .process(Api.answer(api::history));

        onRequest("pg-controller.check", "GET", "/api/pg/v1/groups/{key}/check")
            .process(Api.answer(api::check));

        onRequest("pg-controller.switchover", "POST", "/api/pg/v1/groups/{key}/switchover")
            .process(Api.answer(api::switchover));

        onRequest("pg-controller.failover", "POST", "/api/pg/v1/groups/{key}/failover")
            .process(Api.answer(api::failover));

        onRequest("pg-controller.reinit", "POST", "/api/pg/v1/groups/{key}/reinit")
            .process(Api.answer(api::reinit));

        onRequest("pg-controller.pause", "POST", "/api/pg/v1/groups/{key}/pause")
            .process(Api.answer(api::pause));

        onRequest("pg-controller.resume", "POST", "/api/pg/v1/groups/{key}/resume")
            .process(Api.answer(api::resume));

        onRequest("pg-controller.cancel", "POST", "/api/pg/v1/groups/{key}/cancel")
            .process(Api.answer(api::cancel));

        onRequest("pg-controller.health", "GET", "/api/pg/v1/groups/{key}/{server}/{health}")
            .process(Api.answer(api::health));
    }
}
