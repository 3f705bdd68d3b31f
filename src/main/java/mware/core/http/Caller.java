package mware.core.http;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpConstants;
import org.jspecify.annotations.Nullable;

/**
 * Who sent a request, as the front door found out.
 *
 * @param name a login, the name of a token, or {@code cluster}
 * @param domain the domain of the account; null for the cluster itself
 * @param roles what the account may do, such as {@code administrator}
 * @param account the id of the account of a session; null for tokens, which own nothing, and for the cluster
 * @param credential what names the session or the token among others; no secret; null for the cluster
 */
public record Caller(
        Kind kind,
        String name,
        @Nullable String domain,
        List<String> roles,
        @Nullable String account,
        @Nullable String credential) {

    /** Whoever holds the cluster secret: a node, or an operator at the node's own data folder. */
    public static final Caller CLUSTER = new Caller(Kind.CLUSTER, "cluster", null, List.of());

    /** Under which a request and a {@link User} hold it. */
    static final String KEY = "caller";

    public Caller {
        roles = List.copyOf(roles);
    }

    /** One of whom no more is known. */
    public Caller(Kind kind, String name, @Nullable String domain, List<String> roles) {
        this(kind, name, domain, roles, null, null);
    }

    /** How a caller showed who it is. */
    public enum Kind {
        /** With the cluster secret. */
        CLUSTER,
        /** With a session of an account. */
        USER,
        /** With an API token. */
        TOKEN
    }

    /** The caller of the request that this exchange answers; empty when it did not come over HTTP. */
    public static Optional<Caller> of(Exchange exchange) {
        User user = exchange.getMessage().getHeader(VertxPlatformHttpConstants.AUTHENTICATED_USER, User.class);
        return user == null ? Optional.empty() : Optional.of(of(user));
    }

    /**
     * Whether it may do what an administrator of {@code domain} may: one of that domain or of a domain above it; the
     * cluster may do anything.
     */
    public boolean isAdministratorOf(String domain) {
        return kind == Kind.CLUSTER || roles.contains("administrator") && isWithin(domain);
    }

    /** Whether {@code domain} is the caller's own or lies below it; all do for the cluster. */
    public boolean isWithin(String domain) {
        String home = this.domain;
        return kind == Kind.CLUSTER
                || home != null && !home.isEmpty() && (domain.equals(home) || domain.endsWith("." + home));
    }

    /** How logs name it, such as {@code admin@mware.local}, {@code token:ci@mware.local}, {@code cluster}. */
    public String label() {
        var label = new StringBuilder();
        label(label);
        return label.toString();
    }

    void label(StringBuilder label) {
        label.append(kind == Kind.TOKEN ? "token:" : "").append(name);
        if (domain != null) {
            label.append('@').append(domain);
        }
    }

    private static Caller of(User user) {
        return (Caller) user.attributes().getValue(KEY);
    }

    /** The caller of a request that the doorkeeper let in; empty for a log-in, and before that. */
    static Optional<Caller> of(RoutingContext context) {
        return Optional.ofNullable(context.get(KEY));
    }

    User user() {
        return User.create(new JsonObject().put("username", name), new JsonObject().put(KEY, this));
    }

    /** The form in which it goes with a forwarded request. */
    String toHeader() {
        return new JsonObject()
                .put("kind", kind.name())
                .put("name", name)
                .put("domain", domain)
                .put("roles", roles)
                .put("account", account)
                .put("credential", credential)
                .encode();
    }

    /** Reads {@link #toHeader()}; throws IllegalArgumentException when it is not one. */
    static Caller ofHeader(String header) {
        try {
            JsonObject json = new JsonObject(header);
            List<String> roles =
                    json.getJsonArray("roles").stream().map(String.class::cast).toList();
            return new Caller(
                    Kind.valueOf(json.getString("kind")),
                    json.getString("name"),
                    json.getString("domain"),
                    roles,
                    json.getString("account"),
                    json.getString("credential"));
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("the caller of a forwarded request cannot be read", e);
        }
    }
}
