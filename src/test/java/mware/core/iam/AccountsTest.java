package mware.core.iam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import mware.core.collection.Author;
import mware.core.http.ApiException;
import mware.core.http.Authenticator.Credentials;
import mware.core.http.Caller;
import mware.core.store.Entity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Accounts, tokens and sessions over collections in memory. */
class AccountsTest {

    private static final String MASTER = "mware.local";
    private static final String DEMO = "demo.mware.local";
    private static final Instant NOW = Instant.parse("2026-11-25T10:00:00Z");

    private final MemoryCollection users = new MemoryCollection("iam/users", User.LOGIN);
    private final MemoryCollection tokens = new MemoryCollection("iam/tokens", ApiTokens.NAME);
    private final Hashing hashing = new Hashing();
    private final UserAccounts accounts = new UserAccounts(users, hashing);
    private final SessionTokens signer = new SessionTokens(() -> "the secret of a cluster");
    private final Set<String> ended = ConcurrentHashMap.newKeySet();
    private Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);

    @TempDir
    private Path data;

    AccountsTest() {
        users.rules = new UserRules(users, hashing, () -> MASTER);
        tokens.rules = new TokenRules(clock);
    }

    @AfterEach
    void stop() {
        hashing.close();
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) new ObjectMapper().readTree(text.replace('\'', '"'));
        } catch (java.io.IOException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private Entity user(String domain, String login, String role) {
        return users.create(
                Author.NODE,
                domain,
                json("{'login': '" + login + "', 'pwd': 'password of " + login + "', 'roles': ['" + role + "']}"));
    }

    private Author as(Entity account) {
        Logins.Account of = User.account(account);
        return new Author(
                new Caller(Caller.Kind.USER, of.login(), of.domain(), of.roles(), of.id(), "session"), "10.0.0.1", "r");
    }

    private Optional<Logins.Account> check(String domain, String login, String password) {
        return accounts.check(domain, login, password).join();
    }

    private Entity change(Author author, Entity account, String changes) {
        return users.patch(author, account.domain(), account.id(), json(changes), Optional.empty());
    }

    private void refused(int status, String words, Runnable what) {
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(what::run)
                .withMessageContaining(words)
                .satisfies(told -> assertThat(told.status()).isEqualTo(status));
    }

    @Test
    void a_log_in_needs_the_right_domain_login_and_password_of_an_enabled_account() {
        Entity ann = user(DEMO, "ann", "user");

        assertThat(check(DEMO, "ann", "password of ann")).hasValue(User.account(ann));
        assertThat(check("Demo.Mware.Local", "Ann", "password of ann")).isPresent();
        assertThat(check(DEMO, "ann", "password of bob")).isEmpty();
        assertThat(check(DEMO, "ann", "")).isEmpty();
        assertThat(check(DEMO, "bob", "password of ann")).isEmpty();
        assertThat(check(MASTER, "ann", "password of ann")).isEmpty();
        change(Author.NODE, ann, "{'enabled': false}");
        assertThat(check(DEMO, "ann", "password of ann")).isEmpty();
        assertThat(ann.body().toString()).doesNotContain("password of ann").contains("$argon2id$");
        assertThat(users.rules.show(ann, ann.body().deepCopy()).toString()).doesNotContain("$argon2id$", "stamp");
    }

    @Test
    void before_accounts_are_read_nobody_is_refused_for_good() {
        users.loaded = false;

        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> check(DEMO, "ann", "x"))
                .havingCause()
                .isInstanceOfSatisfying(
                        ApiException.class, told -> assertThat(told.status()).isEqualTo(503));
    }

    @ParameterizedTest(name = "{0}: sessions go on: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{'name': 'Ann Lee'} | true",
                "{'email': 'a@b.c'} | true",
                "{'login': 'ann2'} | true",
                "{'roles': ['user']} | true",
                "{'enabled': true} | true",
                "{'pwd': 'another password'} | false",
                "{'roles': ['administrator']} | false",
                "{'enabled': false} | false",
            })
    void a_session_ends_with_the_password_the_roles_and_the_switch(String changes, boolean goOn) {
        Entity ann = user(DEMO, "ann", "user");
        Logins.Account before = check(DEMO, "ann", "password of ann").orElseThrow();

        change(Author.NODE, ann, changes);

        assertThat(accounts.isStill(before)).isEqualTo(goOn);
        if (changes.contains("enabled")) {
            change(Author.NODE, ann, "{'enabled': true}");
            assertThat(accounts.isStill(before)).as("enabled again").isEqualTo(goOn);
        }
        users.delete(Author.NODE, DEMO, ann.id(), Optional.empty());
        assertThat(accounts.isStill(before)).isFalse();
    }

    @ParameterizedTest(name = "{0} changes {1} of ann: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "ann   | {'name': 'A', 'email': 'a@b.c'} | 200",
                "ann   | {'pwd': 'another one'} | 400",
                "ann   | {'pwd': 'another one', 'pwd_current': 'wrong'} | 403",
                "ann   | {'pwd': 'another one', 'pwd_current': 'password of ann'} | 200",
                "ann   | {'roles': ['administrator']} | 403",
                "ann   | {'roles': ['user']} | 200",
                "ann   | {'enabled': false} | 403",
                "ann   | {'login': 'root'} | 403",
                "ann   | {'opts': {'title': 'x'}} | 403",
                "ann   | {'ext': {'x': 1}} | 403",
                "ann   | {'roles': null} | 200",
                "ann   | {'enabled': null} | 200",
                "chief | {'pwd': 'another one'} | 200",
                "chief | {'roles': ['administrator', 'user'], 'enabled': false, 'login': 'anna'} | 200",
                "chief | {'pwd': 'ann'} | 400",
                "chief | {'pwd': 'LONG'} | 400",
            })
    void an_account_changes_what_is_its_own_and_an_administrator_the_rest(String who, String changes, int status) {
        Entity ann = user(DEMO, "ann", "user");
        Author author = as(who.equals("ann") ? ann : user(DEMO, "chief", "administrator"));
        String given = changes.replace("LONG", "x".repeat(2_000));

        if (status == 200) {
            Entity next = change(author, ann, given);
            assertThat(next.body().has(User.PASSWORD)).isFalse();
            assertThat(next.body().has(User.CURRENT_PASSWORD)).isFalse();
            assertThat(next.body().path(User.HASH).asText()).startsWith("$argon2id$");
        } else {
            refused(status, "", () -> change(author, ann, given));
        }
    }

    @Test
    void a_new_account_needs_a_password_and_an_administrator() {
        refused(400, "pwd: must be given", () -> users.create(Author.NODE, DEMO, json("{'login': 'x'}")));
        Entity ann = user(DEMO, "ann", "user");
        refused(
                403,
                "only administrators",
                () -> users.create(as(ann), DEMO, json("{'login': 'x', 'pwd': 'a password'}")));
        refused(403, "only administrators", () -> users.delete(as(ann), DEMO, ann.id(), Optional.empty()));
        assertThat(users.create(Author.NODE, DEMO, json("{'login': 'y', 'pwd': 'a password'}"))
                        .body()
                        .path(User.ROLES)
                        .toString())
                .isEqualTo("[\"user\"]");
    }

    @Test
    void the_last_enabled_administrator_of_the_master_domain_stays() {
        Entity root = user(MASTER, "root", "administrator");
        Entity chief = user(DEMO, "chief", "administrator");
        user(MASTER, "ordinary", "user");

        for (String changes : List.of("{'enabled': false}", "{'roles': ['user']}")) {
            refused(409, "the last enabled administrator of mware.local", () -> change(as(root), root, changes));
            change(as(root), chief, changes);
        }
        refused(409, "cannot be deleted", () -> users.delete(as(root), MASTER, root.id(), Optional.empty()));
        Entity second = user(MASTER, "second", "administrator");
        change(as(root), root, "{'enabled': false}");
        refused(409, "the last", () -> users.delete(as(root), MASTER, second.id(), Optional.empty()));
        users.delete(as(second), MASTER, root.id(), Optional.empty());
    }

    private Optional<Caller> known(String bearer, String cookie) {
        var credentials = new Credentials(bearer, cookie, "10.0.0.1");
        var sessions = new SessionAuthenticator(
                signer,
                accounts,
                new Revoked() {
                    @Override
                    public boolean contains(String session) {
                        return ended.contains(session);
                    }

                    @Override
                    public boolean add(String session) {
                        return ended.add(session);
                    }

                    @Override
                    public void sweep() {}
                },
                clock);
        return sessions.caller(credentials).toCompletableFuture().join();
    }

    private void over(String words, Runnable what) {
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(what::run)
                .havingCause()
                .isInstanceOf(ApiException.class)
                .withMessageContaining(words);
    }

    @Test
    void a_session_is_good_until_its_time_is_over_or_it_is_ended_or_the_account_changed() {
        Entity ann = user(DEMO, "ann", "user");
        SessionTokens.Signed signed = signer.issue(User.account(ann), NOW);

        var expected = new Caller(
                Caller.Kind.USER,
                "ann",
                DEMO,
                List.of("user"),
                ann.id(),
                signed.ticket().name());
        assertThat(known(signed.token(), null)).hasValue(expected);
        assertThat(known(null, signed.token())).hasValue(expected);
        assertThat(known("x", signed.token())).isEmpty();
        assertThat(known(null, null)).isEmpty();
        assertThat(known(null, "forged")).isEmpty();

        clock = Clock.fixed(NOW.plus(Duration.ofHours(12)), ZoneOffset.UTC);
        over("is over since 2026-11-25T22:00:00Z", () -> known(signed.token(), null));
        clock = Clock.fixed(NOW, ZoneOffset.UTC);
        ended.add(signed.ticket().name());
        over("was ended", () -> known(signed.token(), null));
        ended.clear();
        change(Author.NODE, ann, "{'roles': ['administrator']}");
        over("account was changed", () -> known(signed.token(), null));
        users.loaded = false;
        over("have not been read", () -> known(signed.token(), null));
    }

    private Entity token(Author author, String domain, String body) {
        return tokens.create(author, domain, json(body));
    }

    private String shown() {
        return tokens.once.orElseThrow().path(ApiTokens.TOKEN).asText();
    }

    @Test
    void a_token_is_shown_once_and_ends_with_its_date_its_entity_or_the_rights_of_its_maker() {
        var known = new ApiTokens(tokens, accounts, Clock.fixed(NOW.plus(Duration.ofHours(1)), ZoneOffset.UTC));
        Entity chief = user(DEMO, "chief", "administrator");
        Entity ci = token(as(chief), DEMO, "{'name': 'ci', 'role': 'administrator'}");
        String secret = shown();

        assertThat(secret).matches("mwt\\.[A-Za-z0-9_-]{43}");
        assertThat(ci.body().toString()).doesNotContain(secret).contains(chief.id());
        assertThat(tokens.rules.show(ci, ci.body().deepCopy()).toString()).doesNotContain("hash");
        assertThat(caller(known, secret))
                .hasValue(new Caller(Caller.Kind.TOKEN, "ci", DEMO, List.of("administrator"), null, ci.id()));
        assertThat(caller(known, secret.substring(0, 46) + (secret.endsWith("A") ? "B" : "A")))
                .isEmpty();
        assertThat(caller(known, "mwt.x")).isEmpty();
        assertThat(caller(known, "other")).isEmpty();
        assertThat(known.caller(new Credentials(null, secret, "a"))
                        .toCompletableFuture()
                        .join())
                .as("as a cookie")
                .isEmpty();

        change(Author.NODE, chief, "{'roles': ['user']}");
        over("may not have it any more", () -> caller(known, secret));
        change(Author.NODE, chief, "{'roles': ['administrator']}");
        assertThat(caller(known, secret)).isPresent();
        change(Author.NODE, chief, "{'enabled': false}");
        over("may not have it any more", () -> caller(known, secret));
        change(Author.NODE, chief, "{'enabled': true}");
        tokens.patch(as(chief), DEMO, ci.id(), json("{'role': 'user', 'owner': 'x'}"), Optional.empty());
        assertThat(caller(known, secret)).map(Caller::roles).hasValue(List.of("user"));
        tokens.delete(as(chief), DEMO, ci.id(), Optional.empty());
        assertThat(caller(known, secret)).isEmpty();

        token(as(chief), DEMO, "{'name': 'short', 'expires': '2026-11-25T10:30:00Z'}");
        over("is over since 2026-11-25T10:30:00Z", () -> caller(known, shown()));
        token(Author.NODE, DEMO, "{'name': 'by-the-cluster', 'role': 'administrator'}");
        assertThat(caller(known, shown())).isPresent();
    }

    private static Optional<Caller> caller(ApiTokens known, String token) {
        return known.caller(new Credentials(token, null, "10.0.0.1"))
                .toCompletableFuture()
                .join();
    }

    @ParameterizedTest(name = "{0} makes {2} in {1}: {3}")
    @CsvSource(
            delimiter = '|',
            value = {
                "chief | demo.mware.local   | {'name': 't', 'role': 'administrator'} | 200",
                "chief | a.demo.mware.local | {'name': 't', 'role': 'administrator'} | 200",
                "chief | mware.local        | {'name': 't', 'role': 'administrator'} | 403",
                "ann   | demo.mware.local   | {'name': 't', 'role': 'administrator'} | 403",
                "ann   | demo.mware.local   | {'name': 't'} | 200",
                "ann   | demo.mware.local   | {'name': 't', 'expires': '2026-11-25T09:59:59Z'} | 400",
                "ann   | demo.mware.local   | {'name': 't', 'expires': 'tomorrow'} | 400",
                "ann   | demo.mware.local   | {'name': 't', 'expires': '2026-99-25T09:59:59Z'} | 400",
            })
    void a_token_has_no_more_rights_than_its_maker(String who, String domain, String body, int status) {
        Author author = as(user(DEMO, who, who.equals("chief") ? "administrator" : "user"));

        if (status == 200) {
            assertThat(token(author, domain, body).body().path(ApiTokens.OWNER).asText())
                    .isEqualTo(author.caller().account());
        } else {
            refused(status, "", () -> token(author, domain, body));
        }
    }

    @Test
    void tokens_make_no_tokens_and_others_tokens_are_not_touched() {
        Entity ann = user(DEMO, "ann", "user");
        Entity anns = token(as(ann), DEMO, "{'name': 'anns'}");
        var program = new Caller(Caller.Kind.TOKEN, "p", MASTER, List.of("administrator"), null, "x");
        refused(403, "a token makes", () -> token(new Author(program, "", ""), DEMO, "{'name': 't'}"));
        Author bob = as(user(DEMO, "bob", "user"));

        refused(403, "only administrators", () -> tokens.delete(bob, DEMO, anns.id(), Optional.empty()));
        refused(
                403,
                "only administrators",
                () -> tokens.patch(bob, DEMO, anns.id(), json("{'name': 'bobs'}"), Optional.empty()));
        tokens.delete(as(ann), DEMO, anns.id(), Optional.empty());
    }

    @Test
    void the_first_administrator_is_made_once_and_its_password_kept_for_its_owner_only() throws Exception {
        var first = new FirstAdministrator(data, users, () -> MASTER, new IamLog());

        FirstAdministrator.Made made = first.makeIfMissing().orElseThrow();

        Path file = data.resolve("admin.properties");
        assertThat(Files.readString(file))
                .contains("domain=mware.local\n", "login=admin\n", "password=" + made.password() + "\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(check(MASTER, "admin", made.password()).orElseThrow().roles())
                .containsExactly("administrator");
        assertThat(made.toString()).isEqualTo("admin@mware.local");
        assertThat(first.makeIfMissing()).isEmpty();
    }

    @Test
    void a_file_that_is_there_is_not_written_over_and_its_password_serves_a_new_database() throws Exception {
        Path file = data.resolve("admin.properties");
        String text = "domain=mware.local\nlogin=admin\npassword=of-another-life\n";
        Files.writeString(file, text);
        var first = new FirstAdministrator(data, users, () -> MASTER, new IamLog());

        assertThat(first.makeIfMissing().orElseThrow().password()).isEmpty();

        assertThat(file).hasContent(text);
        assertThat(check(MASTER, "admin", "of-another-life")).isPresent();
    }

    @Test
    void a_node_that_was_slower_leaves_no_file_of_a_password_that_does_not_work() {
        user(MASTER, "admin", "user"); // as if another node had made it, and this one had not heard of its role yet

        assertThat(new FirstAdministrator(data, users, () -> MASTER, new IamLog()).makeIfMissing())
                .isEmpty();

        assertThat(data.resolve("admin.properties")).doesNotExist();
    }
}
