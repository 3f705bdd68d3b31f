package mware.core.collection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import mware.core.config.Masks;
import mware.core.config.Problem;
import mware.core.config.ServiceSettings;
import mware.core.store.Entity;

/** The rules of {@code domain/settings}: a service's own schema checks its settings, and secrets are not shown. */
public final class SettingRules implements CollectionRules {

    private static final String OWN = "x_";

    @Override
    public Written write(Author author, String domain, Optional<Entity> former, ObjectNode body) {
        String key = body.path("key").asText();
        JsonNode value = body.path("value");
        Masks.Restored restored = Masks.restore(
                value, former.map(entity -> entity.body().path("value")).orElse(MissingNode.getInstance()));
        List<Problem> problems = restored.problems();
        body.set("value", restored.content());
        if (problems.isEmpty() && !key.startsWith(OWN)) {
            problems = ServiceSettings.keys().contains(key)
                    ? ServiceSettings.errors(key, restored.content())
                    : List.of(new Problem(
                            "key",
                            "must be the key of a service (" + String.join(", ", ServiceSettings.keys())
                                    + ") or begin with x_",
                            '"' + key + '"',
                            Problem.Severity.ERROR));
        }
        if (!problems.isEmpty()) {
            throw CollectionSchema.refused(problems.stream()
                    .map(problem -> problem.path().equals("key") ? problem : below(problem))
                    .toList());
        }
        return new Written(body, Optional.empty());
    }

    private static Problem below(Problem problem) {
        String at = problem.path().isEmpty() || problem.path().startsWith("[") ? "" : ".";
        return new Problem("value" + at + problem.path(), problem.rule(), problem.value(), problem.severity());
    }

    @Override
    public ObjectNode show(Entity entity, ObjectNode body) {
        body.set("value", Masks.mask(body.path("value")));
        return body;
    }
}
