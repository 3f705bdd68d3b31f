package routes;

import mware.core.cluster.ServiceRoutes;
import mware.core.http.Api;
import mware.core.rollout.ConfigurationsApi;

/** A saved configuration is checked, and put in force on all nodes; what else is done with it is done by its collection. */
public final class ConfigurationsRoutes extends ServiceRoutes {

    @Override
    public void configure() {
        ConfigurationsApi api = the(ConfigurationsApi.class);

        onRequest("configurations.validate", "POST", "/rest/v1/master/configurations/{id}/validate")
            .process(Api.answer(api::validate));

        onRequest("configurations.apply", "POST", "/rest/v1/master/configurations/{id}/apply")
            .process(Api.answer(api::apply));
    }
}
