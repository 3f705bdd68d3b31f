package mware.core.rollout;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import mware.core.cluster.Own;
import mware.core.cluster.Session;
import mware.core.cluster.ZooKeeperConnection;
import mware.core.config.ActiveConfiguration;
import mware.core.config.Configuration;
import mware.core.config.ConfigurationReader;
import mware.core.config.Problem;
import mware.core.config.Role;
import mware.core.monitor.Deviation.Status;
import mware.core.monitor.Deviations;
import mware.core.rollout.Revision.State;
import mware.core.store.ConflictException;
import mware.core.store.Entity;
import mware.core.store.Packed;
import mware.core.store.Store.Trace;
import mware.core.store.Store.Write;
import mware.core.store.StoreException;
import mware.core.store.ZooKeeperStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the active configuration in force on this node, at its start and whenever another one is applied.
 *
 * <p>A node that has not compared its configuration with ZooKeeper in the present session must not become active: its
 * role may be another one by now. Its {@link Host} hears of that, and of a change that a running node cannot take.
 */
public final class Rollout implements ZooKeeperConnection.Listener, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("configuration");
    private static final String CATEGORY = "configuration";
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final String node;
    private final ZooKeeperStore store;
    private final LastConfiguration copy;
    private final FirstConfiguration first;
    private final Deviations deviations;
    private final Clock clock;
    private final Checks checks;
    private final Own own = new Own("configuration");
    private final Object gate = new Object();
    private final Set<String> told = new HashSet<>();
    private volatile @Nullable Running running;
    private volatile @Nullable ActiveConfiguration target;
    private volatile @Nullable Host host;
    private boolean fileCompared;
    private String stays = "";

    /** The configuration in force on this node; its revision is empty while ZooKeeper has not got it yet. */
    private record Running(@Nullable Revision revision, Packed content, Configuration configuration) {

        boolean is(Revision other) {
            return revision != null && revision.id().equals(other.id()) && content.equals(other.content());
        }

        String inWords() {
            return revision == null ? "its first configuration" : revision.inWords();
        }
    }

    /** The node around it. */
    public interface Host {

        /** Whether what this node knows of its role is the present truth; must not block. */
        void compared(boolean isNow);

        /** The node has another place in the site now, and must start again to take it; it is not compared until then. */
        void startAgain(String why);

        /** The node has no place in the site any more. */
        void end(String why);
    }

    /** Prepares; {@link #begin} says what the node starts with. */
    public Rollout(
            String node,
            ZooKeeperStore store,
            LastConfiguration copy,
            FirstConfiguration first,
            Deviations deviations,
            Checks checks,
            Clock clock) {
        this.checks = checks;
        this.node = node;
        this.store = store;
        this.copy = copy;
        this.first = first;
        this.deviations = deviations;
        this.clock = clock;
    }

    /**
     * The configuration to start with: the active one of ZooKeeper where it answers in time, else the last one that this
     * node had, else the first one; empty when that has errors.
     *
     * <p>Where ZooKeeper has none, the one that this node starts with becomes the active one.
     */
    public Optional<Configuration> begin(Duration patience) {
        Optional<Revision> last = copy.read();
        boolean read = store.awaitFirst(patience);
        if (!read) {
            LOG.warn(
                    "ZooKeeper does not answer yet: starting with {}",
                    last.isPresent() ? "the last one" : first.name());
        }
        Optional<Revision> active = read ? Revision.active(revisions()) : Optional.empty();
        if (active.isPresent()) {
            last.filter(one -> one.versions() > active.get().versions()).ifPresent(newer -> older(active.get(), newer));
            if (use(active.get())) {
                copy.write(active.get());
                return now();
            }
        }
        if (last.isPresent() && use(last.get())) {
            if (read && active.isEmpty()) {
                LOG.warn(
                        "ZooKeeper has no configuration: {} is put in force again",
                        last.get().inWords());
            }
        } else if (first.configuration().isPresent() && first.content().isPresent()) {
            running = new Running(
                    null, first.content().get(), first.configuration().get());
            tell(first.problems());
        }
        if (read && active.isEmpty() && hasPlace()) {
            found();
        }
        return now();
    }

    private Optional<Configuration> now() {
        return Optional.ofNullable(running).map(Running::configuration);
    }

    private boolean hasPlace() {
        return now().flatMap(one -> one.node(node)).isPresent();
    }

    private void older(Revision active, Revision newer) {
        Path aside = copy.putAside(newer);
        String why = "ZooKeeper has " + active.inWords() + ", but this node had " + newer.inWords()
                + " already; that one is kept in " + aside;
        LOG.warn("{}", why);
        deviations.raise(CATEGORY, "older", Status.WARNING, why);
    }

    /** Takes a revision as the one to start with; not when this node cannot read it. */
    private boolean use(Revision revision) {
        ConfigurationReader.Checked checked = check(revision);
        if (checked.configuration().isEmpty()) {
            refused(revision, checked.problems());
            return false;
        }
        running = new Running(
                revision, revision.content(), checked.configuration().get());
        tell(checked.problems());
        return true;
    }

    private ConfigurationReader.Checked check(Revision revision) {
        return checks.of(revision.content());
    }

    private List<Revision> revisions() {
        return store.known(Revision.COLLECTION).stream().map(Revision::new).toList();
    }

    /** Follows from now on: each configuration that is applied is put in force through {@code configuration}. */
    public void follow(ZooKeeperConnection connection, ActiveConfiguration configuration, Host around) {
        target = configuration;
        host = around;
        connection.onChange(this);
        store.onRead(() -> own.execute(this::look));
        own.execute(this::look);
    }

    /** What the configuration in force here is called, for messages. */
    public String inWords() {
        Running now = running;
        return now == null || now.revision() == null
                ? first.name()
                : now.revision().inWords() + " of the configuration";
    }

    /** The number of the configuration in force here; empty for the first one that ZooKeeper has not got yet. */
    public Optional<Long> version() {
        Running now = running;
        return now == null || now.revision() == null || now.revision().version().isEmpty()
                ? Optional.empty()
                : Optional.of(now.revision().version().getAsLong());
    }

    @Override
    public void connected(Session session) {
        // the store reads, and tells when it has
    }

    @Override
    public void disconnected() {
        // the role goes on as long as the session
    }

    @Override
    public void ended() {
        Host around = host;
        synchronized (gate) {
            if (around != null) {
                around.compared(false);
            }
        }
    }

    private void look() {
        long session = store.currentSession();
        Host around = host;
        if (session == 0 || around == null) {
            return;
        }
        List<Revision> all = revisions();
        Optional<Revision> active = Revision.active(all);
        if (active.isEmpty()) {
            if (!found()) {
                own.after(RETRY, this::look);
            }
            return;
        }
        Running now = running;
        if (now == null || !now.is(active.get())) {
            if (!take(active.get(), around)) {
                return;
            }
        } else if (now.revision() != null
                && now.revision().entity().version() != active.get().entity().version()) {
            running = new Running(active.get(), now.content(), now.configuration());
            copy.write(active.get());
            deviations.clear(CATEGORY, "version");
        }
        compareFile(all, active.get());
        synchronized (gate) {
            if (store.currentSession() == session) {
                around.compared(true);
            }
        }
    }

    /** Whether this node has its place after that, and may be active. */
    private boolean take(Revision active, Host around) {
        long began = System.nanoTime();
        if (!active.checked().isEmpty()
                && !active.checked().equals(active.content().digest())) {
            stay(active, "it is not what was checked: it was changed past the API");
            return keepsRole(active);
        }
        ConfigurationReader.Checked checked = check(active);
        if (checked.configuration().isEmpty()) {
            refused(active, checked.problems());
            return keepsRole(active);
        }
        Configuration next = checked.configuration().get();
        Running before = running;
        copy.write(active);
        Optional<Role.Mware> role = next.node(node);
        if (role.isEmpty()) {
            around.compared(false);
            around.end(active.inWords() + " of the configuration has no enabled mware role " + node);
            return false;
        }
        Optional<String> moved = before == null
                ? Optional.empty()
                : before.configuration().node(node).flatMap(was -> Place.of(before.configuration(), was)
                        .change(Place.of(next, role.get())));
        if (moved.isPresent()) {
            around.compared(false);
            around.startAgain(active.inWords() + " of the configuration moves this node: " + moved.get());
            return false;
        }
        running = new Running(active, active.content(), next);
        stays = "";
        deviations.clear(CATEGORY, "version");
        tell(checked.problems());
        apply(next, active);
        LOG.info(
                "{} is in force, applied by {}{}; {} ms here",
                active.inWords(),
                active.ext().path("applied_by").asText("?"),
                active.ext().path("reason").asText("").isEmpty()
                        ? ""
                        : " (" + active.ext().path("reason").asText() + ")",
                (System.nanoTime() - began) / 1_000_000);
        return true;
    }

    private void apply(Configuration next, Revision active) {
        ActiveConfiguration into = target;
        try {
            if (into != null) {
                into.apply(next);
            }
            deviations.clear(CATEGORY, "parts");
        } catch (RuntimeException e) {
            LOG.error("a part did not take {}; the others run with it", active.inWords(), e);
            deviations.raise(
                    CATEGORY,
                    "parts",
                    Status.ERROR,
                    "a part of this node did not take " + active.inWords() + ", the others run with it: "
                            + e.getMessage());
        }
    }

    /** Whether the role is the same in a configuration that this node cannot use otherwise. */
    private boolean keepsRole(Revision active) {
        Optional<Role.Mware> role = now().flatMap(one -> one.node(node));
        return role.isPresent()
                && ConfigurationReader.hasRole(
                        active.content().unpack(), node, role.get().group());
    }

    private void refused(Revision revision, List<Problem> problems) {
        stay(
                revision,
                problems.stream()
                        .filter(one -> one.severity() == Problem.Severity.ERROR)
                        .map(Problem::message)
                        .findFirst()
                        .orElse("it cannot be read"));
    }

    private void stay(Revision active, String why) {
        Running now = running;
        String reason = active.inWords() + " is active, but this node "
                + (now == null ? "cannot use it: " : "goes on with " + now.inWords() + ": ") + why;
        if (!reason.equals(stays)) {
            LOG.error("{}", reason);
        }
        stays = reason;
        deviations.raise(CATEGORY, "version", Status.ERROR, reason);
    }

    /** Says what is wrong with the configuration in force, and no more what was wrong with the former one. */
    private void tell(List<Problem> problems) {
        Set<String> before = Set.copyOf(told);
        told.clear();
        for (Problem problem : problems) {
            String key = problem.path() + " " + problem.rule();
            told.add(key);
            deviations.raise(CATEGORY, key, Status.WARNING, problem.message());
        }
        before.stream().filter(key -> !told.contains(key)).forEach(key -> deviations.clear(CATEGORY, key));
    }

    /** Makes what this node starts with the active one of ZooKeeper, which has none; whether that could be tried. */
    private boolean found() {
        Running now = running;
        if (now == null || store.outage().isPresent()) {
            return false;
        }
        Entity entity = now.revision() == null ? version1(now) : again(now.revision());
        try {
            store.write(List.of(new Write(
                    Revision.COLLECTION, entity, new Trace("mware", "", "", "create", List.of("content", "state")))));
            Revision made = new Revision(entity);
            running = new Running(made, now.content(), now.configuration());
            copy.write(made);
            LOG.info(
                    "{} of the configuration is {}",
                    made.inWords(),
                    made.ext().path("reason").asText());
            return true;
        } catch (ConflictException e) {
            LOG.debug("another node was quicker", e);
        } catch (StoreException e) {
            LOG.warn("the configuration could not be put into ZooKeeper: {}", e.getMessage());
        }
        return false;
    }

    private Entity version1(Running now) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("name", "first configuration");
        body.put("state", State.ACTIVE.word());
        body.set(Revision.CONTENT, now.content().asNode());
        body.putObject("opts").put("title", "").put("comment", "");
        Instant time = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        body.putObject("ext")
                .put("author", "mware")
                .put("applied_by", "mware")
                .put("reason", "the first one, from " + first.name() + " of node " + node)
                .put("digest", now.content().digest())
                .put("version", 1)
                .put("versions", 1)
                .put("activation_time", time.toString());
        return entity(UUID.randomUUID().toString(), now, body, time);
    }

    private Entity again(Revision last) {
        ObjectNode body = last.bodyCopy();
        body.put("state", State.ACTIVE.word());
        body.withObjectProperty("ext").put("reason", "put in force again from the copy of node " + node);
        Running now = new Running(last, last.content(), running().configuration());
        return entity(last.id(), now, body, clock.instant().truncatedTo(ChronoUnit.MILLIS));
    }

    private Running running() {
        Running now = running;
        if (now == null) {
            throw new IllegalStateException("nothing is in force");
        }
        return now;
    }

    private static Entity entity(String id, Running now, ObjectNode body, Instant time) {
        return new Entity(id, now.configuration().masterDomain().name(), Revision.ONE, body, time, time, 1, false);
    }

    /** Says so when the file that an operator named is not any configuration that was ever in force. */
    private void compareFile(List<Revision> all, Revision active) {
        if (fileCompared || !first.given()) {
            return;
        }
        fileCompared = true;
        Optional<Revision> same = first.content().flatMap(content -> all.stream()
                .filter(one -> one.checked().equals(content.digest()))
                .findFirst());
        if (first.configuration().isEmpty() || same.isEmpty()) {
            String why = "--config: " + first.name()
                    + (first.configuration().isEmpty() ? " cannot be used (" + errors() + ") and" : "")
                    + " differs from the configuration in force, which is " + active.inWords()
                    + ": the file is used at the first start only; ./mware config set puts one in force";
            LOG.warn("{}", why);
            deviations.raise(CATEGORY, "file", Status.WARNING, why);
        } else if (!same.get().id().equals(active.id())) {
            LOG.info("{} is {}; {} is in force", first.name(), same.get().inWords(), active.inWords());
        }
    }

    private String errors() {
        return first.problems().stream()
                .filter(one -> one.severity() == Problem.Severity.ERROR)
                .map(Problem::message)
                .findFirst()
                .orElse("it cannot be read");
    }

    @Override
    public void close() {
        host = null;
        own.close();
    }
}
