package mware.core.collection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import mware.core.collection.Access.Who;
import mware.core.http.Caller;
import mware.core.http.Caller.Kind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessTest {

    private static final String MASTER = "mware.local";

    /** Each caller with each kind of entity: M master, A administrator, O own, K known; a letter stands for a yes. */
    @ParameterizedTest(name = "{0} {1} of {2} with something of {3} that belongs to {4}: {5}")
    @CsvSource(
            nullValues = "-",
            value = {
                // the cluster and the administrators of the master domain may do anything
                "CLUSTER, -,             -,                mware.local,        -,    MAOK",
                "CLUSTER, -,             -,                demo.mware.local,   bobs, MAOK",
                "USER,    administrator, mware.local,      mware.local,        -,    MAOK",
                "USER,    administrator, mware.local,      demo.mware.local,   -,    MAOK",
                "USER,    administrator, mware.local,      a.demo.mware.local, bobs, MAOK",
                "TOKEN,   administrator, mware.local,      mware.local,        -,    MAOK",
                "TOKEN,   administrator, mware.local,      demo.mware.local,   -,    MAOK",
                // a domain's administrator: that domain and its subtree
                "USER,    administrator, demo.mware.local, mware.local,        -,    -",
                "USER,    administrator, demo.mware.local, mware.local,        mine, -",
                "USER,    administrator, demo.mware.local, demo.mware.local,   -,    AOK",
                "USER,    administrator, demo.mware.local, demo.mware.local,   bobs, AOK",
                "USER,    administrator, demo.mware.local, a.demo.mware.local, bobs, AOK",
                "USER,    administrator, demo.mware.local, other.mware.local,  -,    -",
                "USER,    administrator, demo.mware.local, xdemo.mware.local,  -,    -",
                "TOKEN,   administrator, demo.mware.local, demo.mware.local,   -,    AOK",
                "TOKEN,   administrator, demo.mware.local, a.demo.mware.local, -,    AOK",
                "TOKEN,   administrator, demo.mware.local, mware.local,        -,    -",
                "TOKEN,   administrator, demo.mware.local, other.mware.local,  -,    -",
                // a user: what is its own
                "USER,    user,          mware.local,      mware.local,        -,    K",
                "USER,    user,          mware.local,      mware.local,        mine, OK",
                "USER,    user,          mware.local,      demo.mware.local,   -,    K",
                "USER,    user,          mware.local,      demo.mware.local,   mine, K",
                "USER,    user,          demo.mware.local, demo.mware.local,   -,    K",
                "USER,    user,          demo.mware.local, demo.mware.local,   mine, OK",
                "USER,    user,          demo.mware.local, demo.mware.local,   bobs, K",
                "USER,    user,          demo.mware.local, a.demo.mware.local, mine, K",
                "USER,    user,          demo.mware.local, mware.local,        mine, -",
                "USER,    user,          demo.mware.local, other.mware.local,  mine, -",
                // a token owns nothing, whatever it is called
                "TOKEN,   user,          demo.mware.local, demo.mware.local,   mine, K",
                "TOKEN,   user,          mware.local,      mware.local,        mine, K",
                "TOKEN,   user,          demo.mware.local, mware.local,        mine, -",
                // no role, no domain, an unknown role
                "USER,    -,             demo.mware.local, demo.mware.local,   mine, OK",
                "USER,    root,          mware.local,      mware.local,        -,    K",
                "USER,    administrator, -,                mware.local,        -,    -",
                "USER,    administrator, '',               mware.local,        -,    -",
            })
    void who_may_what(Kind kind, String role, String home, String domain, String owner, String expected) {
        String account = kind == Kind.USER ? "mine" : null;
        var caller = new Caller(kind, "mine", home, role == null ? List.of() : List.of(role), account, "x");
        var allowed = new StringBuilder();
        for (Who who : Who.values()) {
            Access.Verdict verdict = Access.decide(caller, who, domain, Optional.ofNullable(owner), MASTER);

            assertThat(verdict.why().isEmpty()).isEqualTo(verdict.allowed());
            allowed.append(verdict.allowed() ? who.name().substring(0, 1) : "");
        }

        assertThat(allowed).hasToString(expected == null ? "" : expected);
    }

    @ParameterizedTest
    @CsvSource({"master, MASTER", "administrator, ADMINISTRATOR", "own, OWN", "known, KNOWN"})
    void schemas_say_it_in_words(String word, Who who) {
        assertThat(Who.of(word)).isEqualTo(who);
    }
}
