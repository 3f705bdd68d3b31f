package mware.service.telegrambot;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.time.LocalTime;
import java.util.Objects;
import java.util.function.UnaryOperator;
import mware.core.config.Spans;
import org.jspecify.annotations.Nullable;

/**
 * The setting {@code telegram_bot}.
 *
 * @param token null when there is no bot
 * @param proxy null to go straight to Telegram
 * @param ipv4Only whether only IPv4 addresses of Telegram, or of the proxy, are tried
 * @param period how often the system state is looked at
 * @param digestAt when a bad state that does not change is told again; null: a day after it was told last
 */
record BotSettings(
        @Nullable String token,
        URI baseUrl,
        @Nullable Proxy proxy,
        boolean ipv4Only,
        Duration period,
        @Nullable LocalTime digestAt) {

    private static final String TOKEN = "\\d{1,20}:[A-Za-z0-9_-]{1,200}";

    /** Who carries the requests to Telegram; user and password may be missing. */
    record Proxy(Kind kind, String host, int port, @Nullable String user, @Nullable String password) {

        enum Kind {
            HTTP,
            SOCKS5
        }

        @Override
        public String toString() {
            return kind + " proxy " + host + ":" + port; // never the password
        }
    }

    /**
     * Reads a setting that keeps its schema and has its defaults filled in.
     *
     * @param secrets fills in placeholders; throws, with the reason, where it cannot
     * @throws IllegalArgumentException naming what cannot be used, never with a secret in it
     */
    static BotSettings read(JsonNode setting, UnaryOperator<String> secrets) {
        String token = text(setting, "token", secrets);
        if (token != null && !token.matches(TOKEN)) {
            throw new IllegalArgumentException("token: must look like 123456:ABC-DEF as @BotFather tells it, got "
                    + token.length() + " characters that do not");
        }
        JsonNode digest = setting.path("digest_at");
        return new BotSettings(
                token,
                URI.create(setting.path("base_url").asText().replaceFirst("/+$", "")),
                setting.has("proxy") ? proxy(setting.get("proxy"), secrets) : null,
                setting.path("ipv4_only").asBoolean(),
                Spans.parse(setting.path("period").asText()),
                digest.isTextual() ? LocalTime.parse(digest.textValue()) : null);
    }

    private static Proxy proxy(JsonNode proxy, UnaryOperator<String> secrets) {
        return new Proxy(
                proxy.path("type").asText().equals("socks5") ? Proxy.Kind.SOCKS5 : Proxy.Kind.HTTP,
                proxy.path("host").asText(),
                proxy.path("port").asInt(),
                text(proxy, "user", secrets),
                text(proxy, "password", secrets));
    }

    private static @Nullable String text(JsonNode setting, String key, UnaryOperator<String> secrets) {
        if (!setting.hasNonNull(key)) {
            return null;
        }
        try {
            return secrets.apply(setting.path(key).asText());
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
        }
    }

    /** The number of the bot, the part of the token that is no secret; empty text when there is no token. */
    String bot() {
        return token == null ? "" : token.substring(0, token.indexOf(':'));
    }

    /** Whether the same bot is reached in the same way. */
    boolean sameLine(BotSettings other) {
        return Objects.equals(token, other.token)
                && baseUrl.equals(other.baseUrl)
                && Objects.equals(proxy, other.proxy)
                && ipv4Only == other.ipv4Only;
    }

    @Override
    public String toString() {
        return "bot " + bot() + " at " + baseUrl.getHost() + (proxy == null ? "" : " through " + proxy); // no secret
    }
}
