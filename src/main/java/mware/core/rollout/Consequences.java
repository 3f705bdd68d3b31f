package mware.core.rollout;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mware.core.config.Configuration;
import mware.core.config.Problem;
import mware.core.config.Problem.Severity;
import mware.core.config.Role;

/** What a configuration would do to a site that runs under another one. Pure. */
final class Consequences {

    private Consequences() {}

    /** Warnings of nodes that would end or start again, errors where it must not be. */
    static List<Problem> of(Configuration now, Configuration next) {
        List<Problem> problems = new ArrayList<>();
        String master = now.masterDomain().name();
        if (!next.masterDomain().name().equals(master)) {
            problems.add(new Problem(
                    "domains",
                    "the master domain must stay " + master + ", to which accounts and settings belong",
                    '"' + next.masterDomain().name() + '"',
                    Severity.ERROR));
        }
        for (Role role : now.roles()) {
            if (role instanceof Role.Mware node && node.enabled()) {
                restart(node, now, next)
                        .ifPresent(what ->
                                problems.add(new Problem(path(next, node.name()), what, null, Severity.WARNING)));
            }
        }
        return problems;
    }

    private static Optional<String> restart(Role.Mware node, Configuration now, Configuration next) {
        Optional<Role.Mware> then = next.node(node.name());
        if (then.isEmpty()) {
            return Optional.of("node " + node.name() + " has no enabled role any more: it ends when this is applied");
        }
        return Place.of(now, node)
                .change(Place.of(next, then.get()))
                .map(what -> "node " + node.name() + " starts again when this is applied: " + what);
    }

    private static String path(Configuration next, String role) {
        for (int i = 0; i < next.roles().size(); i++) {
            if (next.roles().get(i).name().equals(role)) {
                return "roles[" + i + "]";
            }
        }
        return "roles";
    }
}
