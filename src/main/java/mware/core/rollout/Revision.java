package mware.core.rollout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import mware.core.store.Entity;
import mware.core.store.Packed;

/** One configuration of the history, as an entity of {@code master/configurations} has it. */
record Revision(Entity entity) {

    /** The collection. */
    static final String COLLECTION = "master/configurations";

    /** The field with the configuration itself. */
    static final String CONTENT = "content";

    /** What only the active one has, so that the store itself lets no second one in. */
    static final String ONE = "active";

    /** What has become of a configuration. */
    enum State {
        /** Saved; nobody has looked at it. */
        INITIAL,
        /** Checked, and fit to be put in force. */
        VALIDATED,
        /** Checked, and has errors. */
        FAILED,
        /** In force on all nodes; exactly one is. */
        ACTIVE,
        /** It was in force. */
        ARCHIVED;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static State of(JsonNode word) {
            for (State state : values()) {
                if (state.word().equals(word.asText())) {
                    return state;
                }
            }
            return INITIAL;
        }
    }

    String id() {
        return entity.id();
    }

    State state() {
        return State.of(entity.body().path("state"));
    }

    JsonNode ext() {
        return entity.body().path("ext");
    }

    /** Its number in the history; empty for one that was never in force. */
    OptionalLong version() {
        JsonNode version = ext().path("version");
        return version.isIntegralNumber() ? OptionalLong.of(version.asLong()) : OptionalLong.empty();
    }

    /** How many configurations had been in force when this one was last put there. */
    long versions() {
        return Math.max(ext().path("versions").asLong(), version().orElse(0));
    }

    /** The content that passed the last check; empty text for none. */
    String checked() {
        return ext().path("digest").asText("");
    }

    Packed content() {
        return Packed.packed(entity.body(), CONTENT);
    }

    /** When it stopped being in force; the beginning of time when it never did. */
    Instant deactivated() {
        return time("deactivation_time");
    }

    Instant activated() {
        return time("activation_time");
    }

    private Instant time(String field) {
        JsonNode time = ext().path(field);
        return time.isTextual() ? Instant.parse(time.textValue()) : Instant.EPOCH;
    }

    /** A copy of the body, to be changed; the content in it is shared. */
    ObjectNode bodyCopy() {
        return entity.body().deepCopy();
    }

    /** The same entity with another body, one version later. */
    Entity next(ObjectNode body, Instant now) {
        Instant later = entity.modified().plusMillis(1);
        return new Entity(
                entity.id(),
                entity.domain(),
                State.of(body.path("state")) == State.ACTIVE ? ONE : null,
                body,
                entity.created(),
                now.isAfter(later) ? now : later,
                entity.version() + 1,
                false);
    }

    /** The same entity, ended. */
    Entity ended(Instant now) {
        Entity next = next(entity.body(), now);
        return new Entity(
                next.id(),
                next.domain(),
                next.unique(),
                next.body(),
                next.created(),
                next.modified(),
                next.version(),
                true);
    }

    /** How a log line or an error calls it. */
    String inWords() {
        return version().isPresent()
                ? "version " + version().getAsLong()
                : "configuration " + entity.body().path("name").asText(id());
    }

    /** The one in force; of several, which only a hand in the store could make, the one that came last. */
    static Optional<Revision> active(List<Revision> all) {
        return all.stream()
                .filter(one -> one.state() == State.ACTIVE)
                .max(Comparator.comparing(Revision::activated).thenComparing(Revision::id));
    }
}
