package mware.core.rollout;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import mware.core.config.Problem;
import mware.core.config.Problem.Severity;
import mware.core.rollout.Revision.State;
import mware.core.store.Entity;
import org.jspecify.annotations.Nullable;

/** Decides what may become of a configuration, and what it looks like then. Pure: time and author come in. */
final class LifeCycle {

    /** How many are kept beside the active one. */
    static final int KEPT = 100;

    private static final int PROBLEMS_KEPT = 1_000;

    private LifeCycle() {}

    /** What somebody wants to do with a configuration. */
    enum Step {
        /** Write another content. */
        CHANGE,
        /** Write another name, title or comment. */
        DESCRIBE,
        VALIDATE,
        APPLY,
        DELETE
    }

    /** Why a step is not allowed, with what to do instead; empty when it is. */
    static Optional<String> refusal(State state, Step step) {
        return Optional.ofNullable(
                switch (state) {
                    case INITIAL -> step == Step.APPLY ? "it was not checked: validate it first" : null;
                    case VALIDATED -> null;
                    case FAILED ->
                        step == Step.APPLY ? "it has errors: see ext.errormsg, change it and validate it again" : null;
                    case ACTIVE ->
                        switch (step) {
                            case CHANGE, DESCRIBE ->
                                "it is in force and cannot be changed: save a new configuration, validate it and apply it";
                            case DELETE -> "it is in force and cannot be deleted: apply another one first";
                            case VALIDATE -> "it is in force: it was checked when it was applied";
                            case APPLY -> null; // it is what was asked for
                        };
                    case ARCHIVED ->
                        step == Step.CHANGE ? "it was in force and is kept as it was: save a new configuration" : null;
                });
    }

    /** A new or changed content, which nobody has checked. */
    static ObjectNode changed(ObjectNode body, String author) {
        body.put("state", State.INITIAL.word());
        ObjectNode ext = body.withObjectProperty("ext");
        ext.remove(List.of("warnings", "errors", "errormsg", "digest"));
        ext.put("author", author);
        return body;
    }

    /** What a check found: fit or not, with all problems. */
    static ObjectNode checked(Revision revision, List<Problem> problems) {
        ObjectNode body = revision.bodyCopy();
        ObjectNode ext = body.withObjectProperty("ext");
        List<Problem> errors = of(problems, Severity.ERROR);
        ext.set("warnings", list(of(problems, Severity.WARNING), ext.arrayNode()));
        ext.remove(List.of("errors", "errormsg", "digest"));
        if (errors.isEmpty()) {
            ext.put("digest", revision.content().digest());
            body.put("state", revision.state() == State.ARCHIVED ? State.ARCHIVED.word() : State.VALIDATED.word());
        } else {
            ext.set("errors", list(errors, ext.arrayNode()));
            ext.put(
                    "errormsg",
                    errors.stream().limit(PROBLEMS_KEPT).map(Problem::message).collect(Collectors.joining("\n")));
            body.put("state", State.FAILED.word());
        }
        return body;
    }

    private static List<Problem> of(List<Problem> problems, Severity severity) {
        return problems.stream().filter(one -> one.severity() == severity).toList();
    }

    private static ArrayNode list(List<Problem> problems, ArrayNode into) {
        problems.stream().limit(PROBLEMS_KEPT).forEach(one -> into.addObject()
                .put("path", one.path())
                .put("rule", one.rule())
                .put("value", one.value())
                .put("message", one.message()));
        if (problems.size() > PROBLEMS_KEPT) {
            into.addObject()
                    .put("path", "")
                    .put("rule", (problems.size() - PROBLEMS_KEPT) + " more")
                    .put("message", (problems.size() - PROBLEMS_KEPT) + " more");
        }
        return into;
    }

    /**
     * Puts {@code next} in force in place of {@code former}: both entities as they are then, to be written together.
     *
     * <p>One that is put in force for the first time gets the next number; one that was there before keeps its own.
     */
    static List<Entity> applied(
            Revision next, @Nullable Revision former, String who, @Nullable String reason, Instant now) {
        List<Entity> both = new ArrayList<>();
        String time = now.truncatedTo(ChronoUnit.MILLIS).toString();
        long versions = former == null ? next.versions() : Math.max(former.versions(), next.versions());
        ObjectNode body = next.bodyCopy();
        body.put("state", State.ACTIVE.word());
        ObjectNode ext = body.withObjectProperty("ext");
        if (next.version().isEmpty()) {
            versions++;
            ext.put("version", versions);
        }
        ext.put("versions", versions);
        ext.put("activation_time", time);
        ext.remove("deactivation_time");
        ext.put("applied_by", who);
        ext.put("reason", reason == null ? body.path("opts").path("comment").asText("") : reason);
        both.add(next.next(body, now));
        if (former != null) {
            ObjectNode old = former.bodyCopy();
            old.put("state", State.ARCHIVED.word());
            old.withObjectProperty("ext").put("deactivation_time", time);
            both.add(former.next(old, now));
        }
        return both;
    }

    /** Those that go when one more comes: the oldest archived ones first, then the oldest that were never in force. */
    static List<Revision> superfluous(List<Revision> all) {
        List<Revision> others =
                all.stream().filter(one -> one.state() != State.ACTIVE).toList();
        return others.stream()
                .sorted(Comparator.comparing((Revision one) -> one.state() != State.ARCHIVED)
                        .thenComparing(Revision::deactivated)
                        .thenComparing(one -> one.entity().created()))
                .limit(Math.max(0, others.size() - (KEPT - 1)))
                .toList();
    }

    /** The one that was in force before the present one. */
    static Optional<Revision> before(List<Revision> all) {
        return all.stream()
                .filter(one -> one.state() == State.ARCHIVED)
                .max(Comparator.comparing(Revision::deactivated));
    }
}
