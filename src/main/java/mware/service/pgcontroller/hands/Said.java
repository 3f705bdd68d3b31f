package mware.service.pgcontroller.hands;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The lines {@code KEY=VALUE} that a script said. */
record Said(Map<String, List<String>> values) {

    static Said of(String output) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        output.lines().forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0) {
                values.computeIfAbsent(line.substring(0, equals), any -> new ArrayList<>())
                        .add(line.substring(equals + 1).strip());
            }
        });
        return new Said(values);
    }

    /** The last value under {@code key}, empty when there is none or an empty one. */
    Optional<String> get(String key) {
        List<String> all = all(key);
        return all.isEmpty()
                ? Optional.empty()
                : Optional.of(all.get(all.size() - 1)).filter(text -> !text.isEmpty());
    }

    String text(String key) {
        return get(key).orElse("");
    }

    long number(String key) {
        return get(key).filter(text -> text.matches("-?\\d{1,18}"))
                .map(Long::valueOf)
                .orElse(0L);
    }

    boolean has(String key, String value) {
        return all(key).contains(value);
    }

    List<String> all(String key) {
        return values.getOrDefault(key, List.of());
    }
}
