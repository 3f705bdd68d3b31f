package mware.core.collection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import mware.core.config.Problem;
import mware.core.http.ApiException;
import mware.core.http.StrictJson;

/** What the parameters of a list say; every mistake in them is told at once. */
record ListQuery(Selection selection, Shape shape, boolean countOnly) {

    static final int MOST = 1_000;
    private static final int USUAL = 100;
    private static final int FARTHEST = 100_000_000;

    /**
     * Reads them; throws 400 with every mistake.
     *
     * @param parameter a parameter's value
     * @param known mistakes that are known already
     */
    static ListQuery read(Function<String, Optional<String>> parameter, CollectionSchema schema, List<Problem> known) {
        var problems = new ArrayList<Problem>(known);
        Filter filter = parameter
                .apply("filter")
                .flatMap(text -> json("filter", text, problems))
                .map(json -> Filter.read(json, schema::knows, problems))
                .orElse(Filter.ALL);
        Sorting sorting = parameter
                .apply("order")
                .flatMap(text -> order(text, problems))
                .map(json -> Sorting.read(json, schema::knows, problems))
                .orElse(Sorting.AS_MADE);
        int offset = number(parameter, "offset", 0, 0, FARTHEST, problems);
        int limit = number(parameter, "limit", USUAL, 1, MOST, problems);
        Shape shape = shape(parameter, schema, problems);
        boolean count = flag(parameter, "countonly", problems);
        if (!problems.isEmpty()) {
            throw CollectionSchema.refused(problems);
        }
        return new ListQuery(new Selection(filter, sorting, offset, limit), shape, count);
    }

    /** What the parameters say of the form of one entity; throws 400 with every mistake. */
    static Shape shape(Function<String, Optional<String>> parameter, CollectionSchema schema) {
        var problems = new ArrayList<Problem>();
        Shape shape = shape(parameter, schema, problems);
        if (!problems.isEmpty()) {
            throw CollectionSchema.refused(problems);
        }
        return shape;
    }

    private static Shape shape(
            Function<String, Optional<String>> parameter, CollectionSchema schema, List<Problem> problems) {
        var mask = new ArrayList<String>();
        for (String field : parameter.apply("mask").orElse("").split(",")) {
            String path = field.strip();
            if (path.isEmpty()) {
                continue;
            }
            if (schema.knows(path)) {
                mask.add(path);
            } else {
                problems.add(wrong("mask", cut(path) + " is not a field (" + String.join(", ", schema.names()) + ")"));
            }
        }
        boolean flat = flag(parameter, "flat", problems);
        return mask.isEmpty() && !flat ? Shape.WHOLE : new Shape(mask, flat);
    }

    private static Optional<JsonNode> json(String name, String text, List<Problem> problems) {
        try {
            return Optional.of(StrictJson.read(text.getBytes(java.nio.charset.StandardCharsets.UTF_8), name));
        } catch (ApiException e) {
            problems.add(wrong(name, "must be JSON: " + e.getMessage()));
            return Optional.empty();
        }
    }

    /** JSON, or fields with commas between them. */
    private static Optional<JsonNode> order(String text, List<Problem> problems) {
        String given = text.strip();
        if (given.startsWith("[")) {
            return json("order", given, problems);
        }
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        if (given.startsWith("{")) {
            return json("order", given, problems).map(list::add);
        }
        for (String field : given.split(",")) {
            if (!field.isBlank()) {
                list.add(field.strip());
            }
        }
        return Optional.of(list);
    }

    static int number(
            Function<String, Optional<String>> parameter,
            String name,
            int otherwise,
            int least,
            int most,
            List<Problem> problems) {
        Optional<String> given = parameter.apply(name);
        if (given.isEmpty()) {
            return otherwise;
        }
        if (given.get().matches("\\d{1,9}")) {
            int number = Integer.parseInt(given.get());
            if (number >= least && number <= most) {
                return number;
            }
        }
        problems.add(wrong(name, "must be " + least + ".." + most + ", got " + cut(given.get())));
        return otherwise;
    }

    private static boolean flag(Function<String, Optional<String>> parameter, String name, List<Problem> problems) {
        String given = parameter.apply(name).orElse("false");
        if (!given.equals("true") && !given.equals("false") && !given.equals("1") && !given.equals("0")) {
            problems.add(wrong(name, "must be true or false, got " + cut(given)));
        }
        return given.equals("true") || given.equals("1");
    }

    private static String cut(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "...";
    }

    private static Problem wrong(String path, String rule) {
        return new Problem(path, rule, null, Problem.Severity.ERROR);
    }
}
