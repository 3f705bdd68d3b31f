package mware.core.iam;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import mware.core.store.Entity;

/** The fields of an entity of {@code iam/users}, by name. */
final class User {

    static final String LOGIN = "login";
    static final String NAME = "name";
    static final String EMAIL = "email";
    static final String PASSWORD = "pwd";
    static final String CURRENT_PASSWORD = "pwd_current";
    static final String ROLES = "roles";
    static final String ENABLED = "enabled";

    /** Hidden: what is kept of the password. */
    static final String HASH = "pwd_hash";

    /** Hidden: changes with the password, the roles and the switch. */
    static final String STAMP = "stamp";

    static final String ADMINISTRATOR = "administrator";
    static final String ORDINARY = "user";

    private User() {}

    static boolean isEnabled(JsonNode body) {
        return body.path(ENABLED).asBoolean(true);
    }

    static List<String> roles(JsonNode body) {
        List<String> roles = new ArrayList<>();
        body.path(ROLES).forEach(role -> roles.add(role.asText()));
        return roles;
    }

    static boolean isEnabledAdministrator(JsonNode body) {
        return isEnabled(body) && roles(body).contains(ADMINISTRATOR);
    }

    static Logins.Account account(Entity entity) {
        ObjectNode body = entity.body();
        return new Logins.Account(
                entity.id(),
                entity.domain(),
                body.path(LOGIN).asText(),
                roles(body),
                body.path(STAMP).asText());
    }
}
