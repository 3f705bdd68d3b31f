package mware.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;

/** One role instance of the configuration: what a process on a server is there for. */
public sealed interface Role {

    /** A letter, then Latin letters and digits; unique in the system. */
    String name();

    /** The alias of the server's interface on which roles talk to each other. */
    String iface();

    /** A role that is not enabled takes no part in validation and is not started. */
    boolean enabled();

    /**
     * A middleware node (seed: mware).
     *
     * @param group 1..9999999; one node of a group is active
     * @param order the lowest live order of a group becomes active
     * @param includeDomains the subtrees that the group serves; empty: the rest
     * @param storageMode what becomes of runtime state when the whole group stops
     * @param failback whether a lower order that comes back takes over again
     * @param failbackDelay how long it must have been healthy before it does; default 30 s
     * @param parameters the parameters of single services by key, as written: {@code pg_controller},
     *     {@code backup_controller}, {@code cti_servers}; a JSON object
     */
    record Mware(
            String name,
            String iface,
            boolean enabled,
            int group,
            int order,
            List<String> includeDomains,
            StorageMode storageMode,
            boolean failback,
            Duration failbackDelay,
            JsonNode parameters)
            implements Role {

        public Mware {
            includeDomains = List.copyOf(includeDomains);
        }

        /** Name, group and order; never the parameters, which hold passwords. */
        @Override
        public String toString() {
            return name + " (group " + group + ", order " + order + (enabled ? ")" : ", not enabled)");
        }
    }

    /**
     * A starter of microservices (seed: msvc).
     *
     * @param order default 0
     * @param sections the sections whose microservices it runs; empty: all
     */
    record Msvc(String name, String iface, boolean enabled, int order, List<String> sections) implements Role {
        public Msvc {
            sections = List.copyOf(sections);
        }
    }

    /** What becomes of runtime state when all nodes of a group stop (seed: mnesia_storage_mode). */
    enum StorageMode {
        /** It survives. */
        DISC,
        /** The first node that starts with no other alive begins empty. */
        RAM
    }
}
