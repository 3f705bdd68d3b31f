package mware.core.config;

import java.util.List;
import java.util.TreeSet;
import mware.core.config.Problem.Severity;

/** Which parts of a configuration are refused already, so that later checks do not tell of the same mistake again. */
final class Broken {

    private final TreeSet<String> paths = new TreeSet<>();

    Broken(List<Problem> problems) {
        problems.stream()
                .filter(problem -> problem.severity() == Severity.ERROR)
                .forEach(problem -> paths.add(problem.path()));
    }

    /** Whether something at this path or below it is refused. */
    boolean at(String path) {
        String next = paths.ceiling(path);
        while (next != null && next.startsWith(path)) {
            if (next.length() == path.length() || ".[".indexOf(next.charAt(path.length())) >= 0) {
                return true;
            }
            next = paths.higher(next);
        }
        return false;
    }
}
