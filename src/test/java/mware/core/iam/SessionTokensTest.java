package mware.core.iam;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionTokensTest {

    private static final Instant NOW = Instant.parse("2026-11-25T10:00:00.123Z");
    private static final Logins.Account ANN =
            new Logins.Account("id-1", "demo.mware.local", "ann", List.of("user"), "stamp");

    private String secret = "the secret of a cluster";
    private final SessionTokens tokens = new SessionTokens(() -> secret);

    @Test
    void a_token_says_on_every_node_what_was_signed() {
        SessionTokens.Signed signed = tokens.issue(ANN, NOW);

        var elsewhere = new SessionTokens(() -> "the secret of a cluster").read(signed.token());

        assertThat(elsewhere).hasValue(signed.ticket());
        assertThat(signed.ticket().expires()).isEqualTo("2026-11-25T22:00:00Z");
        assertThat(signed.ticket().account()).isEqualTo("id-1");
        assertThat(signed.ticket().domain()).isEqualTo("demo.mware.local");
        assertThat(signed.token()).matches("[A-Za-z0-9._-]{60,400}");
        assertThat(signed).hasToString("session " + signed.ticket().name());
        assertThat(tokens.issue(ANN, NOW).token()).isNotEqualTo(signed.token());
        assertThat(Ticket.end(signed.ticket().name())).hasValue(signed.ticket().expires());
    }

    @Test
    void every_changed_letter_makes_it_a_forgery() {
        String token = tokens.issue(ANN, NOW).token();

        for (int i = 0; i < token.length() - 1; i++) { // the last letter has bits that stand for nothing
            String forged = token.substring(0, i) + (token.charAt(i) == 'A' ? 'B' : 'A') + token.substring(i + 1);
            assertThat(tokens.read(forged)).as(forged).isEmpty();
        }
        for (String wrong :
                List.of("", "mws.", "mws..", "mws.a.b", ".", "x", token + "x", "mws." + "a".repeat(5_000) + ".b")) {
            assertThat(tokens.read(wrong)).as(wrong).isEmpty();
        }
    }

    @Test
    void another_secret_is_another_key() {
        String token = tokens.issue(ANN, NOW).token();

        secret = "the secret of another cluster";
        assertThat(tokens.read(token)).isEmpty();

        secret = "the secret of a cluster";
        assertThat(tokens.read(token)).isPresent();
    }
}
