package routes;

import mware.core.cluster.ServiceRoutes;
import mware.core.http.Api;
import mware.core.iam.FirstAdministrator;
import mware.core.iam.SessionApi;

/** People log in and out on every node; ended sessions are forgotten when their time would be over anyway. */
public final class IamRoutes extends ServiceRoutes {

    @Override
    public void configure() {
        SessionApi sessions = the(SessionApi.class);
        FirstAdministrator administrator = the(FirstAdministrator.class);

        onRequest("iam.log-in", "POST", "/rest/v1/iam/sessions")
            .process(Api.answer(sessions::logIn));

        onRequest("iam.session", "GET", "/rest/v1/iam/sessions/current")
            .process(Api.answer(sessions::current));

        onRequest("iam.log-out", "DELETE", "/rest/v1/iam/sessions/current")
            .process(Api.answer(sessions::end));

        onRequest("iam.administrator", "POST", "/api/iam/v1/administrator/reset")
            .process(Api.answer(administrator::reset));

        onEveryNode("iam", "scheduler:iam?initialDelay=1m&delay=1m")
            .process(tick -> sessions.sweep());
    }
}
