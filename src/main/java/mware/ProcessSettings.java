package mware;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import mware.core.cluster.ZooKeeperConnection;
import mware.core.config.Placeholders;
import mware.core.config.Settings;
import mware.core.http.HttpAddress;
import mware.core.http.HttpLimits;
import org.jspecify.annotations.Nullable;

/**
 * What the keys of application.properties and {@code --set} say, all of them checked before anything starts.
 *
 * @param http where the API listens
 * @param secret the cluster secret that an operator gave by key; else the data folder has it
 * @param ensemble the ZooKeeper servers; empty: one in this process
 * @param drain how long work in flight may take when its route is replaced
 * @param syslog address and port, for people
 * @param echo address and port, for people
 * @param properties all keys, for placeholders in routes
 */
record ProcessSettings(
        HttpAddress http,
        HttpLimits httpLimits,
        Optional<String> secret,
        Duration sessionTimeout,
        Optional<String> ensemble,
        int zooKeeperPort,
        Duration drain,
        String syslog,
        String echo,
        Properties properties) {

    /** Reads the keys, {@code overrides} before the defaults; a {@link Failure} says all that is wrong with them. */
    static ProcessSettings read(Map<String, String> overrides) {
        var wrong = new Wrong(new ArrayList<>());
        Settings settings = wrong.unless(() -> Settings.read(overrides));
        if (settings == null) {
            throw wrong.failure();
        }
        Duration second = Duration.ofSeconds(1);
        var address = wrong.unless(() -> HttpAddress.parse(settings.text("http.address")));
        var limits = wrong.unless(() -> HttpLimits.read(settings::text));
        var secret = wrong.unless(() -> given(settings, "cluster.secret", Placeholders::resolve));
        var session = wrong.unless(() -> settings.time("cluster.session-timeout", second, Duration.ofMinutes(1)));
        var ensemble = wrong.unless(() -> given(settings, "zookeeper.hosts", ZooKeeperConnection::checked));
        var port = wrong.unless(() -> settings.port("zookeeper.port"));
        var drain = wrong.unless(() -> settings.time("routes.drain", Duration.ofMillis(100), Duration.ofMinutes(5)));
        wrong.unless(() -> settings.time("monitor.period", second, Duration.ofHours(1)));
        var syslog = wrong.unless(() -> endpoint(settings, "syslog-trap"));
        var echo = wrong.unless(() -> endpoint(settings, "udp-echo"));
        if (address == null
                || limits == null
                || secret == null
                || session == null
                || ensemble == null
                || port == null
                || drain == null
                || syslog == null
                || echo == null
                || !wrong.words().isEmpty()) {
            throw wrong.failure();
        }
        return new ProcessSettings(
                address, limits, secret, session, ensemble, port, drain, syslog, echo, settings.all());
    }

    /** What {@code reader} makes of the key's value; empty when the key has none. */
    private static Optional<String> given(Settings settings, String key, Function<String, String> reader) {
        try {
            return Optional.of(settings.text(key))
                    .filter(text -> !text.isEmpty())
                    .map(reader);
        } catch (Placeholders.Unresolved | IllegalArgumentException e) {
            throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
        }
    }

    private static String endpoint(Settings settings, String service) {
        String host = settings.host(service + ".address");
        return new HttpAddress(host, settings.port(service + ".port")).toString();
    }

    /** Gathers what is wrong, so that all of it is told at once. */
    private record Wrong(List<String> words) {

        <T> @Nullable T unless(java.util.function.Supplier<T> reader) {
            try {
                return reader.get();
            } catch (IllegalArgumentException e) {
                words.add(String.valueOf(e.getMessage()));
                return null;
            }
        }

        Failure failure() {
            return Failure.wrongUse(String.join("\nmware: ", words), null);
        }
    }
}
