package mware;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import mware.core.cluster.ZooKeeperConnection;
import mware.core.collection.Collection;
import mware.core.collection.CollectionRules;
import mware.core.collection.Collections;
import mware.core.http.ApiException;
import mware.core.http.Authenticator;
import mware.core.http.Closings;
import mware.core.iam.ApiTokens;
import mware.core.iam.FailedTries;
import mware.core.iam.FirstAdministrator;
import mware.core.iam.Hashing;
import mware.core.iam.IamLimits;
import mware.core.iam.IamLog;
import mware.core.iam.Logins;
import mware.core.iam.RevokedSessions;
import mware.core.iam.SessionApi;
import mware.core.iam.SessionAuthenticator;
import mware.core.iam.SessionTokens;
import mware.core.iam.TokenRules;
import mware.core.iam.UserAccounts;
import mware.core.iam.UserRules;
import org.apache.camel.spi.Registry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts together who may use a node: accounts, sessions, API tokens, closed addresses, and the first administrator. */
final class Accounts implements AutoCloseable {

    static final String USERS = "iam/users";
    static final String TOKENS = "iam/tokens";

    private static final Logger LOG = LoggerFactory.getLogger("iam");
    private static final long RETRY_MILLIS = 500;
    private static final long PATIENCE_SECONDS = 30;

    private final Path data;
    private final Clock clock;
    private final Supplier<String> masterDomain;
    private final Collection users;
    private final Hashing hashing = new Hashing();
    private final UserAccounts accounts;
    private final ApiTokens apiTokens;
    private final SessionAuthenticator sessions;
    private final FailedTries tries;
    private final SessionApi sessionApi;
    private final FirstAdministrator first;
    private final ScheduledExecutorService own = Executors.newSingleThreadScheduledExecutor(work -> {
        var thread = new Thread(work, "first-administrator");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Prepares; create it before {@code connection} is started and the collections are read.
     *
     * @param secret the cluster secret, from which the key of the sessions is derived
     */
    Accounts(
            Path data,
            ZooKeeperConnection connection,
            Collections collections,
            IamLimits limits,
            Supplier<String> secret,
            Supplier<String> masterDomain,
            Clock clock) {
        this.data = data;
        this.clock = clock;
        this.masterDomain = masterDomain;
        var log = new IamLog();
        var tokens = new SessionTokens(secret);
        var revoked = new RevokedSessions(connection, clock);
        users = collections.of(USERS);
        accounts = new UserAccounts(users, hashing);
        apiTokens = new ApiTokens(collections.of(TOKENS), accounts, clock);
        sessions = new SessionAuthenticator(tokens, accounts, revoked, clock);
        tries = new FailedTries(limits, System::nanoTime, log);
        sessionApi = new SessionApi(accounts, tokens, revoked, tries, log, clock);
        first = new FirstAdministrator(data, users, masterDomain, log);
    }

    /** What {@code iam/users} does besides its schema. */
    CollectionRules userRules() {
        return new UserRules(users, hashing, masterDomain);
    }

    /** What {@code iam/tokens} does besides its schema. */
    CollectionRules tokenRules() {
        return new TokenRules(clock);
    }

    /** Who knows the callers: {@code cluster} first, then those who hold a session, then programs. */
    List<Authenticator> authenticators(Authenticator cluster) {
        return List.of(cluster, sessions, apiTokens);
    }

    /** Which addresses are closed. */
    Closings closings() {
        return tries;
    }

    /** Checks passwords, such as for the chat. */
    Logins logins() {
        return accounts;
    }

    /** What {@code IamRoutes} finds in the registry. */
    void bind(Registry registry) {
        registry.bind("sessionApi", sessionApi);
        registry.bind("firstAdministrator", first);
    }

    /**
     * Makes the first administrator where there is none: now, so that {@code admin.properties} is there when the node says
     * that it runs, or, where the accounts cannot be read yet, as soon as they are.
     */
    void start() {
        var done = new CompletableFuture<Void>();
        own.execute(() -> make(done));
        if (users.isLoaded()) {
            done.completeOnTimeout(null, PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        }
    }

    private void make(CompletableFuture<Void> done) {
        try {
            if (users.isLoaded()) {
                first.makeIfMissing().ifPresent(this::tell);
                done.complete(null);
                return;
            }
        } catch (ApiException e) {
            LOG.debug("the first administrator is made later", e);
        } catch (RuntimeException e) {
            LOG.error("the first administrator could not be made", e);
        }
        own.schedule(() -> make(done), RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Once, to whoever started the node: not in any log. */
    private void tell(FirstAdministrator.Made made) {
        Path file = data.resolve(FirstAdministrator.FILE);
        System.out.println("administrator " + made + ": "
                + (made.password().isEmpty() ? "the password is in " : "password " + made.password() + ", kept in ")
                + (made.inFile() ? file : "no file, since " + file + " could not be written"));
    }

    @Override
    public void close() {
        own.shutdownNow();
        hashing.close();
    }
}
