package mware.core.collection;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import mware.core.config.ActiveConfiguration;
import mware.core.config.Configuration;
import mware.core.http.ApiException;
import mware.core.store.Entity;

/** The rules of {@code domain/domains}: the configuration's own are always there, further ones lie below them. */
public final class DomainRules implements CollectionRules {

    private final ActiveConfiguration configuration;
    private final Function<String, List<String>> holding;

    /**
     * Follows the configuration.
     *
     * @param holding the collections that have something of a domain
     */
    public DomainRules(ActiveConfiguration configuration, Function<String, List<String>> holding) {
        this.configuration = configuration;
        this.holding = holding;
    }

    /** The same on every node, so that it can be asked for anywhere. */
    private static String id(String name) {
        return UUID.nameUUIDFromBytes(("domain:" + name).getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    @Override
    public List<Entity> standing() {
        Configuration now = configuration.current();
        String master = now.masterDomain().name();
        return now.domains().stream()
                .map(domain -> new Entity(
                        id(domain.name()),
                        master,
                        domain.name(),
                        JsonNodeFactory.instance.objectNode().put("name", domain.name()),
                        Instant.EPOCH,
                        Instant.EPOCH,
                        0,
                        false))
                .toList();
    }

    @Override
    public Written write(Author author, String domain, Optional<Entity> former, ObjectNode body) {
        String name = body.path("name").asText();
        if (former.isPresent()) {
            String before = former.get().body().path("name").asText();
            if (!before.equals(name)) {
                throw new ApiException(400, "name: cannot be changed, got \"" + name + "\" for " + before);
            }
        } else if (!isBelow(name)) {
            throw new ApiException(
                    400,
                    "name: must lie below a domain of the configuration ("
                            + configuration.current().masterDomain().name() + "), got \"" + name + '"');
        }
        return new Written(body, Optional.empty());
    }

    private boolean isBelow(String name) {
        return configuration.current().domains().stream().anyMatch(domain -> name.endsWith("." + domain.name()));
    }

    @Override
    public void delete(Author author, Entity entity) {
        String name = entity.body().path("name").asText();
        if (configuration.current().domains().stream()
                .anyMatch(domain -> domain.name().equals(name))) {
            throw new ApiException(409, name + " is a domain of the configuration and goes only with it");
        }
        List<String> holders = holding.apply(name);
        if (!holders.isEmpty()) {
            throw new ApiException(
                    409,
                    name + " is not empty: it has entities of " + String.join(", ", holders) + "; delete them first");
        }
    }
}
