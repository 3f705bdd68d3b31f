package mware.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import mware.core.config.Configuration.Domain;
import mware.core.config.Configuration.Placement;
import mware.core.config.Configuration.Server;
import mware.core.config.Configuration.Site;
import mware.core.config.Role.Msvc;
import mware.core.config.Role.Mware;
import mware.core.config.Role.StorageMode;
import org.jspecify.annotations.Nullable;

/** Makes the records of a configuration from JSON that passed the check. */
final class ConfigurationBuilder {

    private static final List<String> SERVICE_PARAMETERS = List.of("pg_controller", "backup_controller", "cti_servers");

    private ConfigurationBuilder() {}

    static Configuration build(JsonNode written) {
        JsonNode root = ConfigurationReader.SCHEMA.filled(written);
        return new Configuration(
                list(
                        root.path("sites"),
                        site -> new Site(text(site, "name"), site.path("master").asBoolean())),
                list(root.path("servers"), ConfigurationBuilder::server),
                list(root.path("domains"), domain -> new Domain(text(domain, "name"), texts(domain.path("sites")))),
                roles(written.path("roles"), root.path("roles")),
                structure(root.path("structure")),
                settings(root.path("settings")));
    }

    private static Server server(JsonNode server) {
        Map<String, String> ifaces = new LinkedHashMap<>();
        server.path("ifaces")
                .properties()
                .forEach(entry -> ifaces.put(entry.getKey(), entry.getValue().asText()));
        return new Server(text(server, "name"), text(server, "site"), ifaces);
    }

    private static List<Role> roles(JsonNode written, JsonNode filled) {
        var roles = new ArrayList<Role>();
        for (int i = 0; i < filled.size(); i++) {
            role(written.get(i), filled.get(i)).ifPresent(roles::add);
        }
        return roles;
    }

    /** Empty for a role that is not enabled and could not be: it took no part in the check, so it may be anything. */
    private static Optional<Role> role(JsonNode written, JsonNode role) {
        boolean enabled = role.path("enabled").asBoolean(true);
        if (!enabled && !isWhole(written)) {
            return Optional.empty();
        }
        if (text(role, "roletype").equals("msvc")) {
            return Optional.of(new Msvc(
                    text(role, "name"),
                    text(role, "iface"),
                    enabled,
                    role.path("order").asInt(),
                    texts(role.path("sections"))));
        }
        ObjectNode parameters = JsonNodeFactory.instance.objectNode();
        for (String key : SERVICE_PARAMETERS) {
            if (written.has(key)) {
                parameters.set(key, written.get(key));
            }
        }
        JsonNode ext = role.path("ext");
        return Optional.of(new Mware(
                text(role, "name"),
                text(role, "iface"),
                enabled,
                role.path("group").asInt(),
                role.path("order").asInt(),
                texts(role.path("include_domains")),
                text(role, "mnesia_storage_mode").equals("ram") ? StorageMode.RAM : StorageMode.DISC,
                ext.path("failback").asBoolean(true),
                Spans.parse(ext.path("failback_delay").asText("30s")),
                parameters));
    }

    private static boolean isWhole(JsonNode role) {
        var problems = new Problems();
        ConfigurationReader.SCHEMA.checkBelow("/properties/roles/items", role, problems);
        return problems.count() == 0;
    }

    private static List<Placement> structure(JsonNode structure) {
        var placements = new ArrayList<Placement>();
        for (JsonNode site : structure) {
            for (JsonNode server : site.path("servers")) {
                placements.add(new Placement(text(site, "site"), text(server, "server"), texts(server.path("roles"))));
            }
        }
        return placements;
    }

    private static JsonNode settings(JsonNode settings) {
        ObjectNode filled = JsonNodeFactory.instance.objectNode();
        settings.properties()
                .forEach(entry -> filled.set(entry.getKey(), ServiceSettings.filled(entry.getKey(), entry.getValue())));
        return filled;
    }

    private static String text(@Nullable JsonNode node, String key) {
        return node == null ? "" : node.path(key).asText();
    }

    private static List<String> texts(JsonNode list) {
        return list(list, JsonNode::asText);
    }

    private static <T> List<T> list(JsonNode list, Function<JsonNode, T> entry) {
        var all = new ArrayList<T>(list.size());
        list.forEach(node -> all.add(entry.apply(node)));
        return all;
    }
}
