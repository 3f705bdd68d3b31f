package mware.core.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The methods that a path knows, for the {@code Allow} header of a 405. */
final class AllowedMethods {

    private AllowedMethods() {}

    static String of(Router router, String path) {
        return router.getRoutes().stream()
                .filter(route -> route.getPath() != null && matches(route.getPath(), path))
                .map(Route::methods)
                .filter(Objects::nonNull)
                .flatMap(Set::stream)
                .map(HttpMethod::name)
                .distinct()
                .sorted()
                .collect(Collectors.joining(","));
    }

    /** All paths but those for everything, with {@code {name}} for what differs, and the methods of each. */
    static SortedMap<String, SortedSet<String>> paths(Router router) {
        SortedMap<String, SortedSet<String>> paths = new TreeMap<>();
        for (Route route : router.getRoutes()) {
            if (route.getPath() != null && route.methods() != null) {
                SortedSet<String> methods =
                        paths.computeIfAbsent(route.getPath().replaceAll(":([^/]+)", "{$1}"), none -> new TreeSet<>());
                route.methods().forEach(method -> methods.add(method.name()));
            }
        }
        return paths;
    }

    /** Whether {@code path} is of the form {@code pattern}, such as {@code /a/:id}, {@code /a/*}. */
    static boolean matches(String pattern, String path) {
        String[] wanted = pattern.split("/");
        String[] given = path.split("/");
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].equals("*")) {
                return true;
            }
            if (i >= given.length || !wanted[i].startsWith(":") && !wanted[i].equals(given[i])) {
                return false;
            }
        }
        return pattern.endsWith("*") || wanted.length == given.length;
    }
}
