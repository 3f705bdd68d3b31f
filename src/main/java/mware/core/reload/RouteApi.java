package mware.core.reload;

import java.util.concurrent.TimeoutException;
import mware.core.http.Api;
import mware.core.http.ApiException;
import org.apache.camel.builder.RouteBuilder;

/** {@code /api/routes/v1}: lists the route files and reloads them. In code, so that no route file can break it. */
public final class RouteApi extends RouteBuilder {

    private final RouteList list;

    /** An API for the routes of {@code folder}. */
    public RouteApi(RouteFolder folder) {
        list = folder.list();
    }

    @Override
    public void configure() {
        from("platform-http:/api/routes/v1/routes?httpMethodRestrict=GET")
                .routeId("routes-api.list")
                .process(Api.answer(request -> list.list()));

        from("platform-http:/api/routes/v1/reload?httpMethodRestrict=POST")
                .routeId("routes-api.reload")
                .process(Api.answer(request -> reload(request.parameter("file").orElse(""))));
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
