package mware.core.iam;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import mware.core.http.Api;
import mware.core.http.ApiException;
import mware.core.http.Caller;
import mware.core.http.Closings.Closed;
import org.jspecify.annotations.Nullable;

/**
 * {@code /rest/v1/iam/sessions}: logging in, which is open to strangers, seeing who one is, and logging out.
 *
 * <p>Whatever is wrong with a log-in, the answer and the time that it takes are the same: each costs one hash.
 */
public final class SessionApi {

    private static final String COOKIE = "EraSession";
    private static final Set<String> FIELDS = Set.of("domain", "login", "pwd", "session_type");
    private static final int LONGEST_NAME = 253;
    private static final long HASH_SECONDS = 15;

    private final Logins logins;
    private final SessionTokens tokens;
    private final Revoked revoked;
    private final FailedTries tries;
    private final IamLog log;
    private final Clock clock;

    public SessionApi(
            Logins logins, SessionTokens tokens, Revoked revoked, FailedTries tries, IamLog log, Clock clock) {
        this.logins = logins;
        this.tokens = tokens;
        this.revoked = revoked;
        this.tries = tries;
        this.log = log;
        this.clock = clock;
    }

    /** What a log-in says; {@code token} whether the session is answered rather than set as a cookie. */
    private record LogIn(String domain, String login, String password, boolean token) {

        static LogIn read(JsonNode body) {
            List<Map<String, Object>> problems = new ArrayList<>();
            if (!body.isObject()) {
                throw new ApiException(400, "the body must be an object with domain, login and pwd");
            }
            for (String field : List.of("domain", "login", "pwd")) {
                if (!body.path(field).isTextual()) {
                    problems.add(problem(field, body.has(field) ? "must be a text" : "is required"));
                }
            }
            JsonNode type = body.path("session_type");
            if (!type.isMissingNode() && !type.asText("").equals("token")) {
                problems.add(problem("session_type", "must be token, or not be given for a cookie"));
            }
            body.fieldNames().forEachRemaining(field -> {
                if (!FIELDS.contains(field)) {
                    problems.add(problem(field.length() > 40 ? field.substring(0, 40) + "..." : field, "is not known"));
                }
            });
            if (!problems.isEmpty()) {
                List<String> words = problems.stream()
                        .map(one -> one.get("path") + ": " + one.get("rule"))
                        .toList();
                throw new ApiException(400, String.join("; ", words), Map.of("problems", problems));
            }
            return new LogIn(
                    body.path("domain").textValue(),
                    body.path("login").textValue(),
                    body.path("pwd").textValue(),
                    !type.isMissingNode());
        }

        private static Map<String, Object> problem(String path, String rule) {
            return Map.of("path", path, "rule", rule);
        }

        String who() {
            return login + "@" + domain;
        }

        @Override
        public String toString() {
            return "log-in of " + who();
        }
    }

    /** Begins a session: {@code {"domain", "login", "pwd"}} sets the cookie, {@code "session_type": "token"} answers it. */
    public Object logIn(Api.Request request) {
        LogIn wanted = LogIn.read(request.json());
        Optional<Closed> closed = tries.begun(request.address());
        if (closed.isPresent()) {
            request.answerHeader("Retry-After", Integer.toString(closed.get().retryAfter()));
            throw new ApiException(429, closed.get().why());
        }
        boolean failed = false;
        try {
            Optional<Logins.Account> account = check(wanted, request);
            failed = account.isEmpty();
            if (failed) {
                log.failed(wanted.who(), request.address(), request.id(), "log-in");
                request.answerHeader("WWW-Authenticate", "Bearer");
                throw new ApiException(401, "domain, login or password is wrong, or the account is disabled");
            }
            return begin(request, account.get(), wanted.token());
        } finally {
            tries.ended(request.address(), failed);
        }
    }

    private Optional<Logins.Account> check(LogIn wanted, Api.Request request) {
        // names that nobody can have are looked for all the same, so that they cost what others do
        String domain = wanted.domain().length() > LONGEST_NAME ? "" : wanted.domain();
        String login = wanted.login().length() > LONGEST_NAME ? "" : wanted.login();
        try {
            return logins.check(domain, login, wanted.password())
                    .toCompletableFuture()
                    .orTimeout(HASH_SECONDS, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ApiException told) {
                if (told.status() == 503) {
                    request.answerHeader("Retry-After", "1");
                }
                throw told;
            }
            if (e.getCause() instanceof TimeoutException) {
                request.answerHeader("Retry-After", "2");
                throw new ApiException(503, "the password could not be checked in time: try again");
            }
            throw e;
        }
    }

    private Object begin(Api.Request request, Logins.Account account, boolean asToken) {
        SessionTokens.Signed signed = tokens.issue(account, clock.instant());
        log.loggedIn(
                account.login() + "@" + account.domain(),
                request.address(),
                request.id(),
                signed.ticket().name());
        if (!asToken) {
            request.answerHeader("Set-Cookie", cookie(signed.token(), SessionTokens.LIFE.toSeconds(), request));
        }
        Map<String, Object> answer = ok();
        answer.putAll(who("session", account.login(), account.domain(), account.roles(), account.id()));
        answer.put("expires", signed.ticket().expires().toString());
        if (asToken) {
            answer.put("session_token", signed.token());
        }
        return answer;
    }

    /** Who asks, and until when its session lasts. */
    public Object current(Api.Request request) {
        Caller caller = request.caller();
        Map<String, Object> answer = ok();
        String kind =
                switch (caller.kind()) {
                    case USER -> "session";
                    case TOKEN -> "token";
                    case CLUSTER -> "cluster";
                };
        answer.putAll(who(kind, caller.name(), caller.domain(), caller.roles(), caller.account()));
        session(caller).flatMap(Ticket::end).ifPresent(end -> answer.put("expires", end.toString()));
        return answer;
    }

    /** Ends the session that asks for it, on all nodes. */
    public Object end(Api.Request request) {
        Caller caller = request.caller();
        String session = session(caller)
                .orElseThrow(() -> new ApiException(409, "this is no session: a token ends when it is deleted"));
        request.answerHeader("Set-Cookie", cookie("", 0, request));
        boolean told = revoked.add(session);
        log.loggedOut(caller.label(), request.address(), request.id(), session);
        if (!told) {
            request.answerHeader("Retry-After", "5");
            throw new ApiException(
                    503, "the session is ended on this node, and on the others as soon as ZooKeeper can be reached");
        }
        return ok();
    }

    private static Optional<String> session(Caller caller) {
        return caller.kind() == Caller.Kind.USER ? Optional.ofNullable(caller.credential()) : Optional.empty();
    }

    private static Map<String, Object> who(
            String kind, String login, @Nullable String domain, List<String> roles, @Nullable String id) {
        Map<String, Object> who = new LinkedHashMap<>();
        who.put("type", kind);
        who.put("login", login);
        if (domain != null) {
            who.put("domain", domain);
        }
        who.put("roles", roles);
        if (id != null) {
            who.put("user", id);
        }
        return who;
    }

    private static Map<String, Object> ok() {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("error_code", 0);
        answer.put("result", true);
        return answer;
    }

    private static String cookie(String value, long seconds, Api.Request request) {
        return COOKIE + "=" + value + "; Max-Age=" + seconds + "; Path=/; HttpOnly; SameSite=Strict"
                + (request.encrypted() ? "; Secure" : "");
    }

    /** Forgets ended sessions whose time is over; called now and then. */
    public void sweep() {
        revoked.sweep();
    }
}
