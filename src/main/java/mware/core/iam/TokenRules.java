package mware.core.iam;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import mware.core.collection.Author;
import mware.core.collection.CollectionRules;
import mware.core.http.ApiException;
import mware.core.http.Caller;
import mware.core.store.Entity;

/** What {@code iam/tokens} does besides its schema: makes the token, shows it once, and hands on no more than its maker has. */
public final class TokenRules implements CollectionRules {

    private final Clock clock;

    public TokenRules(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Written write(Author author, String domain, Optional<Entity> former, ObjectNode body) {
        ObjectNode kept = body.deepCopy();
        kept.remove(ApiTokens.TOKEN);
        if (!kept.has(ApiTokens.ROLE)) {
            kept.put(ApiTokens.ROLE, User.ORDINARY);
        }
        Caller maker = author.caller();
        if (maker.kind() == Caller.Kind.TOKEN) {
            throw new ApiException(403, "a token makes and changes no tokens: log in");
        }
        boolean administrator = maker.isAdministratorOf(domain);
        if (kept.path(ApiTokens.ROLE).asText().equals(User.ADMINISTRATOR) && !administrator) {
            throw new ApiException(403, ApiTokens.ROLE + ": must not give more rights in " + domain + " than you have");
        }
        ApiTokens.expires(kept).filter(end -> !end.isAfter(clock.instant())).ifPresent(past -> {
            throw new ApiException(400, ApiTokens.EXPIRES + ": must be in the future, got " + past);
        });
        if (former.isPresent()) {
            own(maker, former.get());
            former.get().body().properties().stream()
                    .filter(field -> List.of(ApiTokens.HASH, ApiTokens.OWNER, ApiTokens.OWNER_DOMAIN)
                            .contains(field.getKey()))
                    .forEach(field -> kept.set(field.getKey(), field.getValue()));
            return new Written(kept, Optional.empty());
        }
        String token = ApiTokens.random();
        kept.put(ApiTokens.HASH, ApiTokens.hash(token));
        kept.remove(List.of(ApiTokens.OWNER, ApiTokens.OWNER_DOMAIN));
        if (maker.account() != null) {
            kept.put(ApiTokens.OWNER, maker.account());
            kept.put(ApiTokens.OWNER_DOMAIN, maker.domain());
        }
        ObjectNode once = kept.objectNode().put(ApiTokens.TOKEN, token);
        return new Written(kept, Optional.of(once));
    }

    @Override
    public void delete(Author author, Entity entity) {
        own(author.caller(), entity);
    }

    private static void own(Caller caller, Entity entity) {
        boolean mine = entity.body().path(ApiTokens.OWNER).asText("-").equals(caller.account());
        if (!mine && !caller.isAdministratorOf(entity.domain())) {
            throw new ApiException(
                    403, "only administrators of " + entity.domain() + " and the account that made a token change it");
        }
    }

    @Override
    public ObjectNode show(Entity entity, ObjectNode body) {
        return body.without(List.of(ApiTokens.HASH, ApiTokens.TOKEN));
    }
}
