package mware.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import mware.core.config.Problem.Severity;
import org.jspecify.annotations.Nullable;

/** Collects the problems of one configuration; it alone decides how a value is shown, so that no secret gets out. */
final class Problems {

    private static final int LONGEST = 80;
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    private final List<Problem> all = new ArrayList<>();

    /** Adds an error about the value at {@code path}. */
    void error(String path, String rule, @Nullable JsonNode value) {
        all.add(new Problem(path, rule, shown(path, value), Severity.ERROR));
    }

    /** Adds an error about a text at {@code path}. */
    void error(String path, String rule, String value) {
        all.add(new Problem(path, rule, shown(path, value), Severity.ERROR));
    }

    /** Adds an error that shows no value. */
    void error(String path, String rule) {
        all.add(new Problem(path, rule, null, Severity.ERROR));
    }

    /** Adds a warning about the value at {@code path}. */
    void warning(String path, String rule, @Nullable JsonNode value) {
        all.add(new Problem(path, rule, shown(path, value), Severity.WARNING));
    }

    /** Adds a warning about a text at {@code path}. */
    void warning(String path, String rule, String value) {
        all.add(new Problem(path, rule, shown(path, value), Severity.WARNING));
    }

    /** Adds a warning that shows no value. */
    void warning(String path, String rule) {
        all.add(new Problem(path, rule, null, Severity.WARNING));
    }

    /** Adds a problem that was found elsewhere. */
    void add(Problem problem) {
        all.add(problem);
    }

    /** How many there are. */
    int count() {
        return all.size();
    }

    /** All of them, in the order in which they were found. */
    List<Problem> all() {
        return List.copyOf(all);
    }

    /** All of them, section by section, and by path within one. */
    List<Problem> inOrder(List<String> sections) {
        record Place(int section, String path, Problem problem) {}
        return all.stream()
                .map(problem -> new Place(
                        sections.indexOf(problem.path().split("[.\\[]", 2)[0]), padded(problem.path()), problem))
                .sorted(Comparator.comparingInt(Place::section).thenComparing(Place::path))
                .map(Place::problem)
                .toList();
    }

    /** The path with its numbers made equally long, so that [10] stands after [9]. */
    private static String padded(String path) {
        return NUMBER.matcher(path)
                .replaceAll(number -> "0".repeat(Math.max(0, 9 - number.group().length())) + number.group());
    }

    private static @Nullable String shown(String path, @Nullable JsonNode value) {
        if (value == null || value.isMissingNode()) {
            return null;
        }
        if (value.isArray()) {
            return value.isEmpty() ? "an empty list" : "a list of " + value.size();
        }
        if (value.isObject()) {
            return "an object";
        }
        return value.isTextual() ? shown(path, value.textValue()) : hidden(path, value.toString());
    }

    private static String shown(String path, String text) {
        return hidden(path, '"' + Secret.withoutUserInfo(text) + '"');
    }

    private static String hidden(String path, String value) {
        if (Secret.hides(path)) {
            return Secret.MASK;
        }
        String line = value.replaceAll("\\p{Cntrl}", "?");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST - 4) + "...\"";
    }
}
