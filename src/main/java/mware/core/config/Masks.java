package mware.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Shows a configuration without its secrets, and puts them back when it comes back changed. Pure.
 *
 * <p>What stands under a key that {@link Secret} hides is shown as {@code ***}, the user of a URL as {@code ://***@}; a text
 * that is nothing but placeholders is no secret. An entry of a list is known again by its name, else by all that is shown of
 * it, else by its place in a list that has as many entries as before.
 */
public final class Masks {

    private static final List<String> NAMES = List.of("name", "key", "id", "login");
    private static final Pattern PLACEHOLDERS = Pattern.compile("(\\{\\{(env|file):[^{}]+}})+");
    private static final Pattern MASKED_USER = Pattern.compile("://" + Pattern.quote(Secret.MASK) + "@([^/?#\\s]*)");
    private static final Pattern USER = Pattern.compile("://([^/@\\s]*)@([^/?#\\s]*)");
    private static final String RULE =
            "is masked, and the former configuration has no secret in this place: give the secret itself";
    private static final ConcurrentMap<String, Boolean> HIDDEN = new ConcurrentHashMap<>();
    private static final int KEYS_KNOWN = 10_000;

    private final List<Problem> problems = new ArrayList<>();

    private Masks() {}

    /** A configuration whose masks stand for secrets again, as far as they could be found. */
    public record Restored(JsonNode content, List<Problem> problems) {}

    /** A copy that may be shown. */
    public static JsonNode mask(JsonNode content) {
        return mask(content, false);
    }

    /**
     * A copy of {@code written} with the secrets of {@code former} where it has masks; each mask that stands for nothing
     * is a problem.
     */
    public static Restored restore(JsonNode written, JsonNode former) {
        var masks = new Masks();
        JsonNode content = masks.restore(written, former, "", false);
        return new Restored(content, List.copyOf(masks.problems));
    }

    private static boolean hides(String key, boolean above) {
        if (above) {
            return true;
        }
        Boolean known = HIDDEN.get(key);
        if (known == null) {
            known = Secret.hides(key);
            if (HIDDEN.size() < KEYS_KNOWN) {
                HIDDEN.put(key, known);
            }
        }
        return known;
    }

    private static JsonNode mask(JsonNode value, boolean hidden) {
        if (value instanceof ObjectNode object) {
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            object.properties()
                    .forEach(one -> copy.set(one.getKey(), mask(one.getValue(), hides(one.getKey(), hidden))));
            return copy;
        }
        if (value instanceof ArrayNode array) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode(array.size());
            array.forEach(entry -> copy.add(mask(entry, hidden)));
            return copy;
        }
        if (hidden && isSecret(value)) {
            return TextNode.valueOf(Secret.MASK);
        }
        if (value.isTextual()) {
            String shown = Secret.withoutUserInfo(value.textValue());
            return shown.equals(value.textValue()) ? value : TextNode.valueOf(shown);
        }
        return value;
    }

    private static boolean isSecret(JsonNode value) {
        return value.isNumber()
                || value.isTextual()
                        && !value.textValue().isEmpty()
                        && !PLACEHOLDERS.matcher(value.textValue()).matches();
    }

    private JsonNode restore(JsonNode written, JsonNode former, String path, boolean hidden) {
        if (written instanceof ObjectNode object) {
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            object.properties()
                    .forEach(one -> copy.set(
                            one.getKey(),
                            restore(
                                    one.getValue(),
                                    former.path(one.getKey()),
                                    Paths.key(path, one.getKey()),
                                    hides(one.getKey(), hidden))));
            return copy;
        }
        if (written instanceof ArrayNode array) {
            return list(array, former, path, hidden);
        }
        if (!written.isTextual()) {
            return written;
        }
        String text = written.textValue();
        if (hidden && text.equals(Secret.MASK)) {
            if (former.isTextual() || former.isNumber()) {
                return former;
            }
            problems.add(new Problem(path, RULE, Secret.MASK, Problem.Severity.ERROR));
        } else if (!hidden && MASKED_USER.matcher(text).find()) {
            return url(text, former, path);
        }
        return written;
    }

    /** A text with URLs: each masked user is the one of the same host, in the same order. */
    private JsonNode url(String text, JsonNode former, String path) {
        if (former.isTextual() && Secret.withoutUserInfo(former.textValue()).equals(text)) {
            return former;
        }
        List<String[]> users = new ArrayList<>();
        Matcher known = USER.matcher(former.isTextual() ? former.textValue() : "");
        while (known.find()) {
            users.add(new String[] {known.group(1), known.group(2)});
        }
        Matcher masked = MASKED_USER.matcher(text);
        var whole = new StringBuilder();
        while (masked.find()) {
            String host = masked.group(1);
            Optional<String[]> user =
                    users.stream().filter(one -> one[1].equals(host)).findFirst();
            if (user.isEmpty()) {
                problems.add(new Problem(
                        path, RULE + " (a user is kept for the same host only)", text, Problem.Severity.ERROR));
                return TextNode.valueOf(text);
            }
            users.remove(user.get());
            masked.appendReplacement(whole, Matcher.quoteReplacement("://" + user.get()[0] + "@" + host));
        }
        return TextNode.valueOf(masked.appendTail(whole).toString());
    }

    private ArrayNode list(ArrayNode written, JsonNode former, String path, boolean hidden) {
        int[] partners = partners(written, former, hidden);
        ArrayNode copy = JsonNodeFactory.instance.arrayNode(written.size());
        for (int i = 0; i < written.size(); i++) {
            JsonNode partner = former.path(partners[i]);
            copy.add(restore(written.get(i), partner, Paths.index(path, i), hidden));
        }
        return copy;
    }

    /** For each entry the place of the former one that it stands for; -1 for one that is new, or has nothing masked. */
    private static int[] partners(ArrayNode written, JsonNode former, boolean hidden) {
        int[] partners = new int[written.size()];
        Arrays.fill(partners, -1);
        Set<Integer> used = new HashSet<>();
        boolean any = false;
        for (JsonNode entry : written) {
            any |= isMasked(entry, hidden);
        }
        if (!any || !former.isArray()) {
            return partners;
        }
        List<@Nullable String> names = names(written);
        List<@Nullable String> formerNames = names(former);
        for (int i = 0; i < written.size(); i++) {
            String name = names.get(i);
            if (name != null && once(names, name) && once(formerNames, name)) {
                take(i, formerNames.indexOf(name), partners, used);
            }
        }
        List<JsonNode> shown = new ArrayList<>();
        former.forEach(entry -> shown.add(mask(entry, hidden)));
        for (int i = 0; i < written.size(); i++) {
            if (partners[i] < 0 && isMasked(written.get(i), hidden)) {
                int like = like(i, written, shown, former, used);
                if (like >= 0) {
                    take(i, like, partners, used);
                }
            }
        }
        for (int i = 0; i < written.size() && written.size() == former.size(); i++) {
            String was = formerNames.get(i);
            if (partners[i] < 0 && !used.contains(i) && (was == null || !names.contains(was))) {
                take(i, i, partners, used);
            }
        }
        return partners;
    }

    /** The former entry that looks like the written one; -1 when there is none, or none can be told from the others. */
    private static int like(int i, ArrayNode written, List<JsonNode> shown, JsonNode former, Set<Integer> used) {
        JsonNode entry = written.get(i);
        List<Integer> alike = IntStream.range(0, shown.size())
                .filter(j -> !used.contains(j) && shown.get(j).equals(entry))
                .boxed()
                .toList();
        if (alike.contains(i)) {
            return written.size() == shown.size() || same(alike, former) ? i : -1;
        }
        boolean sure = same(alike, former)
                || alike.stream()
                                .filter(j -> j < written.size() && shown.get(j).equals(written.get(j)))
                                .count()
                        == alike.size() - 1L;
        return alike.isEmpty() || !sure
                ? -1
                : alike.stream()
                        .filter(j -> j >= written.size() || !shown.get(j).equals(written.get(j)))
                        .findFirst()
                        .orElse(alike.get(0));
    }

    private static boolean same(List<Integer> places, JsonNode former) {
        return places.stream().map(former::get).distinct().count() <= 1;
    }

    private static void take(int entry, int partner, int[] partners, Set<Integer> used) {
        partners[entry] = partner;
        used.add(partner);
    }

    private static boolean once(List<@Nullable String> names, String name) {
        return Collections.frequency(names, name) == 1;
    }

    private static List<@Nullable String> names(JsonNode list) {
        List<@Nullable String> names = new ArrayList<>();
        for (JsonNode entry : list) {
            names.add(NAMES.stream()
                    .filter(key -> entry.path(key).isTextual())
                    .map(key -> key + '=' + entry.path(key).textValue())
                    .findFirst()
                    .orElse(null));
        }
        return names;
    }

    private static boolean isMasked(JsonNode value, boolean hidden) {
        if (value instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> one : object.properties()) {
                if (isMasked(one.getValue(), hides(one.getKey(), hidden))) {
                    return true;
                }
            }
            return false;
        }
        if (value instanceof ArrayNode array) {
            for (JsonNode entry : array) {
                if (isMasked(entry, hidden)) {
                    return true;
                }
            }
            return false;
        }
        return value.isTextual()
                && (hidden
                        ? value.textValue().equals(Secret.MASK)
                        : MASKED_USER.matcher(value.textValue()).find());
    }
}
