package mware.core.collection;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which entities of a scope a list holds, in which order, and from where to where. */
record Selection(Filter filter, Sorting sorting, int offset, int limit) {

    List<Row> of(Scope scope) {
        if (sorting.fields().isEmpty()) {
            return slice(scope);
        }
        record Keyed(ObjectNode shown, Row row) {}
        var found = new ArrayList<Keyed>();
        for (Row row : candidates(scope)) {
            if (scope.visible().test(row)) {
                ObjectNode shown = scope.tree(row);
                if (filter.matches(shown)) {
                    found.add(new Keyed(keys(shown), row));
                }
            }
        }
        found.sort(Comparator.comparing(Keyed::shown, sorting.comparator()));
        return found.stream().skip(offset).limit(limit).map(Keyed::row).toList();
    }

    /** Only what is sorted by, so that a long list does not lie in memory as trees. */
    private ObjectNode keys(ObjectNode shown) {
        return new Shape(sorting.fields().stream().map(Sorting.Field::path).toList(), false).of(shown);
    }

    private List<Row> slice(Scope scope) {
        var found = new ArrayList<Row>(Math.min(limit, 1_000));
        int skipped = 0;
        boolean all = scope.whole() && filter.isEmpty();
        for (Row row : candidates(scope)) {
            if (found.size() == limit) {
                break;
            }
            if (all || scope.visible().test(row) && (filter.isEmpty() || filter.matches(scope.tree(row)))) {
                if (skipped < offset) {
                    skipped++;
                } else {
                    found.add(row);
                }
            }
        }
        return found;
    }

    int count(Scope scope) {
        if (scope.whole() && filter.isEmpty()) {
            return scope.collection().rows().count(scope.domain());
        }
        int count = 0;
        for (Row row : candidates(scope)) {
            if (scope.visible().test(row) && (filter.isEmpty() || filter.matches(scope.tree(row)))) {
                count++;
            }
        }
        return count;
    }

    /** By an index where the filter names one of its fields, else all of the domain. */
    private Collection<Row> candidates(Scope scope) {
        Rows rows = scope.collection().rows();
        Optional<List<String>> ids = filter.values("id");
        if (ids.isPresent()) {
            var found = new ArrayList<Row>();
            for (String id : ids.get().stream().distinct().toList()) {
                Row row = rows.get(scope.domain(), id);
                if (row != null) {
                    found.add(row);
                }
            }
            found.sort(Comparator.comparing(Row::order));
            return found;
        }
        for (String field : scope.collection().schema().lookup()) {
            Optional<List<Row>> found =
                    filter.values(field).flatMap(values -> rows.having(scope.domain(), field, values));
            if (found.isPresent()) {
                return found.get();
            }
        }
        return rows.ordered(scope.domain());
    }
}
