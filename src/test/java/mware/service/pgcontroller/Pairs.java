package mware.service.pgcontroller;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import mware.core.config.Secret;
import mware.service.pgcontroller.PgGroup.Referee;
import mware.service.pgcontroller.PgGroup.Rejoin;

/** Pairs for tests. */
final class Pairs {

    private Pairs() {}

    static PgServer server(String name) {
        return new PgServer(
                name,
                name,
                22,
                "postgres",
                Optional.of(Secret.of("ssh")),
                Optional.empty(),
                name,
                5432,
                "era_replica",
                Optional.of(Secret.of("pg")),
                "pg_ctl",
                "pg_basebackup",
                "postgres",
                "/data",
                Optional.empty(),
                "/backup",
                Optional.empty(),
                Optional.empty());
    }

    /** A pair of servers a and b. */
    static PgGroup group(Duration promoteAfter, boolean guard, boolean synchronous, Rejoin rejoin, boolean referee) {
        return new PgGroup(
                "pair",
                referee ? List.of(new Referee("192.0.2.1", Optional.empty())) : List.of(),
                server("a"),
                server("b"),
                promoteAfter,
                true,
                16 << 20,
                guard,
                false,
                synchronous,
                rejoin,
                2);
    }

    /** With all defaults. */
    static PgGroup group() {
        return group(Duration.ofSeconds(30), false, false, Rejoin.CLONE, false);
    }
}
