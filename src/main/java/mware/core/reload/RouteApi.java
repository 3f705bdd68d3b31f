package mware.core.reload;

import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import mware.core.http.Api;
import mware.core.http.ApiException;
import org.apache.camel.builder.RouteBuilder;

/** {@code /api/routes/v1}: lists the route files and reloads them. In code, so that no route file can break it. */
public final class RouteApi extends RouteBuilder {

    private final RouteList list;
    private final Supplier<String> masterDomain;

    /** An API for the routes of {@code folder}, for the cluster and administrators of the master domain. */
    public RouteApi(RouteFolder folder, Supplier<String> masterDomain) {
        list = folder.list();
        this.masterDomain = masterDomain;
    }

    @Override
    public void configure() {
        from("platform-http:/api/routes/v1/routes?httpMethodRestrict=GET,HEAD")
                .routeId("routes-api.list")
                .process(Api.answer(this::list));

        from("platform-http:/api/routes/v1/reload?httpMethodRestrict=POST")
                .routeId("routes-api.reload")
                .process(Api.answer(this::reload));
    }

    private Object list(Api.Request request) {
        administrator(request);
        request.allow();
        return list.list();
    }

    private Object reload(Api.Request request) {
        administrator(request);
        request.allow("file");
        return reload(request.parameter("file").orElse(""));
    }

    private void administrator(Api.Request request) {
        if (!request.caller().isAdministratorOf(masterDomain.get())) {
            throw new ApiException(403, "only administrators of the master domain see and reload routes");
        }
    }

    private RouteList.Listing reload(String file) {
        try {
            RouteList.Listing after = list.reload(file.isEmpty() ? null : file);
            if (after == null) {
                throw new ApiException(404, "no route file " + file);
            }
            return after;
        } catch (TimeoutException e) {
            throw new ApiException(503, "the reload is still going on after 30 s");
        }
    }
}
