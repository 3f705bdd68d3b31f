package mware.core.rollout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import mware.core.collection.Author;
import mware.core.collection.CollectionRules;
import mware.core.config.ActiveConfiguration;
import mware.core.config.ConfigurationReader.Checked;
import mware.core.config.Masks;
import mware.core.config.Problem;
import mware.core.config.Problem.Severity;
import mware.core.http.ApiException;
import mware.core.http.Caller;
import mware.core.rollout.LifeCycle.Step;
import mware.core.rollout.Revision.State;
import mware.core.store.ConflictException;
import mware.core.store.Entity;
import mware.core.store.Packed;
import mware.core.store.Store.Trace;
import mware.core.store.Store.Write;
import mware.core.store.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * What is special about the collection of configurations: secrets are masked, contents packed, and what may be done
 * depends on the state. Besides, what is done beyond writing: validate and apply.
 */
public final class Configurations implements CollectionRules {

    /** Beyond it a configuration fits neither into ZooKeeper nor into the memory of every node. */
    private static final int LARGEST = 4 << 20;

    /** Up to it a content is shown as a tree; larger ones are unpacked one at a time, while they are written out. */
    private static final int SMALL = 8 << 10;

    private final ConfigurationsStore store;
    private final ActiveConfiguration active;
    private final Checks checks;
    private final Clock clock;

    public Configurations(ConfigurationsStore store, ActiveConfiguration active, Checks checks, Clock clock) {
        this.store = store;
        this.active = active;
        this.checks = checks;
        this.clock = clock;
    }

    @Override
    public Written write(Author author, String domain, Optional<Entity> former, ObjectNode body) {
        JsonNode given = body.path(Revision.CONTENT);
        JsonNode named = body.path("base");
        body.remove("base");
        if (former.isEmpty()) {
            Packed content = content(given, base(named));
            prune();
            store.put(body, content);
            return new Written(LifeCycle.changed(body, who(author)), Optional.empty());
        }
        Revision before = find(former.get().id());
        if (given.isMissingNode()) {
            refuse(before, Step.DESCRIBE);
            return new Written(body, Optional.empty());
        }
        Packed content = content(given, Optional.of(before));
        boolean same = content.equals(before.content());
        refuse(before, same ? Step.DESCRIBE : Step.CHANGE);
        store.put(body, content);
        return new Written(same ? body : LifeCycle.changed(body, who(author)), Optional.empty());
    }

    /** The configuration whose secrets the masks of a new one stand for: the one that is named, else the active one. */
    private Optional<Revision> base(JsonNode named) {
        List<Revision> all = store.revisions();
        if (named.isMissingNode() || named.isNull()) {
            return Revision.active(all);
        }
        return Optional.of(all.stream()
                .filter(one -> one.id().equals(named.asText())
                        || named.asText().equals(Long.toString(one.version().orElse(-1))))
                .findFirst()
                .orElseThrow(() -> invalid(List.of(new Problem(
                        "base",
                        "must be the id or the version of a configuration",
                        named.toString(),
                        Severity.ERROR)))));
    }

    private static Packed content(JsonNode given, Optional<Revision> secretsOf) {
        if (!given.isObject()) {
            throw invalid(List.of(new Problem(
                    Revision.CONTENT,
                    "must be a JSON object, the configuration",
                    given.getNodeType().name().toLowerCase(Locale.ROOT),
                    Severity.ERROR)));
        }
        JsonNode former = secretsOf.map(one -> one.content().unpack()).orElseGet(JsonNodeFactory.instance::objectNode);
        Masks.Restored restored = Masks.restore(given, former);
        if (!restored.problems().isEmpty()) {
            throw invalid(restored.problems().stream()
                    .map(one ->
                            new Problem(Revision.CONTENT + "." + one.path(), one.rule(), one.value(), one.severity()))
                    .toList());
        }
        Packed content = Packed.of(restored.content());
        if (content.size() > LARGEST) {
            throw new ApiException(
                    413,
                    "content: must take at most " + (LARGEST >> 20) + " MiB when it is compressed, got "
                            + content.size() + " bytes");
        }
        return content;
    }

    /** Makes room for one more. */
    private void prune() {
        List<Write> gone = LifeCycle.superfluous(store.revisions()).stream()
                .map(one -> one.ended(clock.instant()))
                .map(one -> new Write(Revision.COLLECTION, one, new Trace("mware", "", "", "delete", List.of())))
                .toList();
        write(gone);
    }

    @Override
    public void delete(Author author, Entity entity) {
        refuse(new Revision(entity), Step.DELETE);
    }

    @Override
    public ObjectNode whole(Entity entity, ObjectNode shown) {
        store.revision(entity.id())
                .map(Revision::content)
                .ifPresent(packed -> shown.set(
                        Revision.CONTENT,
                        packed.size() <= SMALL ? Masks.mask(packed.unpack()) : new POJONode(new Masked(packed))));
        return shown;
    }

    /**
     * Checks a configuration as {@code ./mware check} does, and what it would do to the running site.
     *
     * @return the entity then: validated, or failed
     */
    public Entity validate(Author author, String id) {
        Revision revision = find(id);
        refuse(revision, Step.VALIDATE);
        Checked checked = checks.anew(revision.content());
        List<Problem> problems = new ArrayList<>(checked.problems());
        checked.configuration().ifPresent(next -> problems.addAll(Consequences.of(active.current(), next)));
        Entity next = revision.next(LifeCycle.checked(revision, problems), clock.instant());
        write(List.of(new Write(Revision.COLLECTION, next, trace(author, "validate", List.of("state")))));
        return next;
    }

    /** Puts a configuration in force on all nodes; the entity then. One that is in force already stays so. */
    public Entity apply(Author author, String id, @Nullable String reason) {
        Revision revision = find(id);
        refuse(revision, Step.APPLY);
        if (revision.state() == State.ACTIVE) {
            return revision.entity();
        }
        if (!revision.checked().equals(revision.content().digest())) {
            throw new ApiException(409, "its content is not the one that was checked: validate it again");
        }
        Checked checked = checks.of(revision.content());
        List<Problem> errors = new ArrayList<>(checked.problems());
        checked.configuration().ifPresent(next -> errors.addAll(Consequences.of(active.current(), next)));
        errors.removeIf(one -> one.severity() != Severity.ERROR);
        if (!errors.isEmpty()) {
            throw new ApiException(
                    409,
                    "it passed its check, but does not now: " + errors.get(0).message(),
                    Map.of("problems", told(errors)));
        }
        Revision former = Revision.active(store.revisions()).orElse(null);
        List<Entity> both = LifeCycle.applied(revision, former, who(author), reason, clock.instant());
        write(both.stream()
                .map(one -> new Write(Revision.COLLECTION, one, trace(author, "apply", List.of("state"))))
                .toList());
        return both.get(0);
    }

    private Revision find(String id) {
        return store.revision(id).orElseThrow(() -> new ApiException(404, "there is no configuration " + id));
    }

    private static void refuse(Revision revision, Step step) {
        LifeCycle.refusal(revision.state(), step).ifPresent(why -> {
            throw new ApiException(
                    409,
                    revision.inWords() + ": " + why,
                    Map.of("state", revision.state().word()));
        });
    }

    private void write(List<Write> writes) {
        try {
            store.writeWhole(writes);
        } catch (ConflictException e) {
            throw new ApiException(
                    409, "another configuration was changed or applied meanwhile: look again (" + e.getMessage() + ")");
        } catch (StoreException e) {
            throw new ApiException(
                    e.isUnknown() ? 504 : 503,
                    e.isUnknown()
                            ? "it is not known whether this was written: " + e.getMessage()
                            : "nothing was written: " + e.getMessage());
        }
    }

    private static ApiException invalid(List<Problem> problems) {
        return new ApiException(
                400,
                problems.size() == 1
                        ? problems.get(0).message()
                        : problems.get(0).message() + " and " + (problems.size() - 1) + " more",
                Map.of("problems", told(problems)));
    }

    private static List<Map<String, Object>> told(List<Problem> problems) {
        return problems.stream()
                .limit(1_000)
                .<Map<String, Object>>map(one -> {
                    Map<String, Object> told = new LinkedHashMap<>();
                    told.put("path", one.path());
                    told.put("rule", one.rule());
                    told.put("value", one.value());
                    return told;
                })
                .toList();
    }

    private static String who(Author author) {
        Caller caller = author.caller();
        return caller.label();
    }

    private static Trace trace(Author author, String action, List<String> fields) {
        return new Trace(who(author), author.address(), author.request(), action, fields);
    }
}
