package mware.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom the door lets in besides those who show a good token: strangers, cookies, closed addresses. */
class DoorkeeperTest {

    private static final String WHO = "/api/test/v1/who";
    private static final String LOG_IN = "/rest/v1/iam/sessions";
    private static Door door;

    @BeforeAll
    static void open() throws Exception {
        door = Door.plain();
    }

    @AfterAll
    static void close() {
        door.close();
    }

    @AfterEach
    void forget() {
        door.closed.clear();
        door.failures.clear();
    }

    @Test
    void a_stranger_may_log_in_and_nothing_else_of_that_path() throws Exception {
        HttpResponse<String> logIn = door.send("POST", LOG_IN, "guess", "{}", Map.of("X-Mware-Client", "9.9.9.9"));

        assertThat(logIn.statusCode()).isEqualTo(200);
        assertThat(logIn.body()).contains("\"known\":false", "\"from\":\"127.0.0.1\"");
        assertThat(logIn.headers().firstValue("X-Seen")).hasValue("yes");
        assertThat(door.send("GET", LOG_IN, null).statusCode()).isEqualTo(401);
        assertThat(door.send("POST", LOG_IN + "/current", null).statusCode()).isEqualTo(401);
        assertThat(door.failures).isEmpty();
    }

    @ParameterizedTest(name = "bearer {0}, cookie {1}: {2}, counted: {3}")
    @CsvSource(
            nullValues = "-",
            value = {
                "-,          -,           401, -",
                "'',         -,           401, -",
                "user-token, -,           200, -",
                "-,          user-token,  200, -",
                "user-token, forged,      200, -",
                "forged,     user-token,  401, an unknown token",
                "forged,     -,           401, an unknown token",
                "-,          forged,      401, an unknown session",
                "-,          over,        401, -",
            })
    void what_nobody_knows_is_counted_and_what_is_over_is_not(String bearer, String cookie, int status, String counted)
            throws Exception {
        var answer =
                door.send("GET", WHO, bearer, "", cookie == null ? Map.of() : Map.of("Cookie", "EraSession=" + cookie));

        assertThat(answer.statusCode()).isEqualTo(status);
        if (counted == null) {
            assertThat(door.failures).isEmpty();
        } else {
            assertThat(door.failures).containsExactly("127.0.0.1 " + counted);
        }
        boolean forgets = status == 401 && cookie != null && bearer == null;
        assertThat(answer.headers().firstValue("Set-Cookie").isPresent()).isEqualTo(forgets);
    }

    @Test
    void health_counts_guesses_too() throws Exception {
        assertThat(door.send("GET", "/observe/health", "forged").statusCode()).isEqualTo(200);

        assertThat(door.failures).containsExactly("127.0.0.1 an unknown token");
    }

    @Test
    void a_closed_address_gets_health_and_the_cluster_is_never_shut_out() throws Exception {
        door.closed.put("127.0.0.1", new Closings.Closed(17, "closed after too many tries"));

        for (String token : new String[] {"user-token", "forged", null}) {
            HttpResponse<String> refused = door.send("GET", WHO, token);
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("17");
            assertThat(refused.body()).contains("closed after too many tries", "too_many_requests");
        }
        assertThat(door.send("POST", LOG_IN, null, "{}", Map.of()).statusCode()).isEqualTo(429);
        assertThat(door.send("GET", "/observe/health", "user-token").body()).doesNotContain("checks");
        assertThat(door.send("GET", WHO, Door.SECRET).statusCode()).isEqualTo(200);
        assertThat(door.failures).isEmpty();
    }

    @Test
    void a_forwarded_request_counts_for_the_address_where_it_began() throws Exception {
        String caller = new Caller(Caller.Kind.USER, "ann", "demo.mware.local", java.util.List.of("user")).toHeader();
        Map<String, String> forwarded =
                Map.of("X-Mware-Forwarded-By", "mware2", "X-Mware-Caller", caller, "X-Mware-Client", "10.1.2.3");

        assertThat(door.send("GET", WHO, Door.SECRET, "", forwarded).body()).contains("\"address\":\"10.1.2.3\"");
        assertThat(door.send("GET", WHO, "user-token", "", forwarded).body()).contains("\"address\":\"127.0.0.1\"");
        assertThat(door.send("GET", WHO, "user-token", "", Map.of("X-Forwarded-For", "10.1.2.3"))
                        .body())
                .contains("\"address\":\"127.0.0.1\"");
        door.closed.put("10.1.2.3", new Closings.Closed(3, "closed"));
        assertThat(door.send("GET", WHO, Door.SECRET, "", forwarded).statusCode())
                .isEqualTo(429);
    }

    @ParameterizedTest(name = "{0} with {1}: {2} is answered {3}")
    @CsvSource({
        "GET,  Sec-Fetch-Site, cross-site,          200",
        "POST, Sec-Fetch-Site, cross-site,          403",
        "POST, Sec-Fetch-Site, same-site,           403",
        "POST, Sec-Fetch-Site, same-origin,         200",
        "POST, Sec-Fetch-Site, none,                200",
        "POST, Origin,         https://evil.test,   403",
        "POST, Origin,         null,                403",
        "POST, Origin,         http://HOST,         200",
        "POST, Origin,         http://HOST.evil.test, 403",
        "POST, X-Other,        x,                   200",
    })
    void a_page_of_another_origin_cannot_use_the_cookie(String method, String header, String value, int status)
            throws Exception {
        String host = door.door.address().toString();
        Map<String, String> headers = Map.of("Cookie", "EraSession=user-token", header, value.replace("HOST", host));

        assertThat(door.send(method, WHO, null, "", headers).statusCode()).isEqualTo(status);
        assertThat(door.send(method, WHO, "user-token", "", headers).statusCode())
                .isEqualTo(200);
        if (method.equals("POST")) {
            assertThat(door.send(method, LOG_IN, null, "{}", headers).statusCode())
                    .isEqualTo(status);
        }
    }
}
