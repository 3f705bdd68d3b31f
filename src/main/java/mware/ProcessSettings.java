package mware;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import mware.core.cluster.ZooKeeperConnection;
import mware.core.config.Placeholders;
import mware.core.config.Secret;
import mware.core.config.Settings;
import mware.core.http.HttpAddress;
import mware.core.http.HttpLimits;
import mware.core.iam.IamLimits;
import mware.core.store.DatabaseSettings;
import mware.core.tls.PemFiles;
import org.jspecify.annotations.Nullable;

/**
 * What the keys of application.properties and {@code --set} say, all of them checked before anything starts.
 *
 * @param http where the API listens
 * @param operators where it listens for operators; empty: there too
 * @param certificate what it shows over TLS; empty: plain HTTP
 * @param trusted by what it knows other nodes over TLS; empty: the JDK's authorities
 * @param secret the cluster secret that an operator gave by key; else the data folder has it
 * @param iam how many tries to get in may fail
 * @param ensemble the ZooKeeper servers; empty: one in this process
 * @param database where collections are kept
 * @param storeMib what the entities of all collections may take of memory
 * @param drain how long work in flight may take when its route is replaced
 * @param syslog address and port, for people
 * @param echo address and port, for people
 * @param properties all keys, for placeholders in routes
 */
record ProcessSettings(
        HttpAddress http,
        Optional<HttpAddress> operators,
        Optional<PemFiles> certificate,
        Optional<Path> trusted,
        HttpLimits httpLimits,
        Optional<String> secret,
        IamLimits iam,
        Duration sessionTimeout,
        Optional<String> ensemble,
        int zooKeeperPort,
        DatabaseSettings database,
        Integer storeMib,
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
        var operators = wrong.unless(() -> given(settings, "http.operators-address", ProcessSettings::operators));
        var certificate = wrong.unless(() -> certificate(settings));
        var trusted = wrong.unless(() -> file(settings, "http.trusted"));
        var limits = wrong.unless(() -> HttpLimits.read(settings::text));
        var secret = wrong.unless(() -> given(settings, "cluster.secret", Placeholders::resolve));
        var iam = wrong.unless(() -> iam(settings));
        var session = wrong.unless(() -> settings.time("cluster.session-timeout", second, Duration.ofMinutes(1)));
        var ensemble = wrong.unless(() -> given(settings, "zookeeper.hosts", ZooKeeperConnection::checked));
        var port = wrong.unless(() -> settings.port("zookeeper.port"));
        var database = wrong.unless(() -> database(settings));
        var storeMib = wrong.unless(() -> settings.number("store.max-mib", 1, 65_536));
        var drain = wrong.unless(() -> settings.time("routes.drain", Duration.ofMillis(100), Duration.ofMinutes(5)));
        wrong.unless(() -> settings.time("monitor.period", second, Duration.ofHours(1)));
        var syslog = wrong.unless(() -> endpoint(settings, "syslog-trap"));
        var echo = wrong.unless(() -> endpoint(settings, "udp-echo"));
        if (address == null
                || operators == null
                || certificate == null
                || trusted == null
                || limits == null
                || secret == null
                || iam == null
                || session == null
                || ensemble == null
                || port == null
                || database == null
                || storeMib == null
                || drain == null
                || syslog == null
                || echo == null
                || !wrong.words().isEmpty()) {
            throw wrong.failure();
        }
        return new ProcessSettings(
                address,
                operators,
                certificate,
                trusted,
                limits,
                secret,
                iam,
                session,
                ensemble,
                port,
                database,
                storeMib,
                drain,
                syslog,
                echo,
                settings.all());
    }

    /** What {@code reader} makes of the key's value; empty when the key has none. */
    private static <T> Optional<T> given(Settings settings, String key, Function<String, T> reader) {
        try {
            return Optional.of(settings.text(key))
                    .filter(text -> !text.isEmpty())
                    .map(reader);
        } catch (Placeholders.Unresolved | IllegalArgumentException e) {
            throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
        }
    }

    private static IamLimits iam(Settings settings) {
        return new IamLimits(
                settings.number("iam.failures", 1, 1_000_000),
                settings.time("iam.closed-time", Duration.ofSeconds(1), Duration.ofHours(1)));
    }

    private static DatabaseSettings database(Settings settings) {
        var url = given(settings, "database.url", Placeholders::resolve);
        var user = given(settings, "database.user", Placeholders::resolve);
        var password = given(settings, "database.password", Placeholders::resolve);
        return new DatabaseSettings(
                url,
                user.orElse(""),
                Secret.of(password.isEmpty() ? "" : settings.text("database.password")),
                settings.time("database.timeout", Duration.ofSeconds(1), Duration.ofMinutes(1)));
    }

    private static HttpAddress operators(String text) {
        try {
            return HttpAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(String.valueOf(e.getMessage()).replace("--http: ", ""), e);
        }
    }

    private static Optional<PemFiles> certificate(Settings settings) {
        Optional<Path> certificate = file(settings, "http.certificate");
        Optional<Path> key = file(settings, "http.private-key");
        if (certificate.isPresent() != key.isPresent()) {
            String missing = certificate.isPresent() ? "http.private-key" : "http.certificate";
            String given = certificate.isPresent() ? "http.certificate" : "http.private-key";
            throw new IllegalArgumentException(missing + ": is required with " + given);
        }
        return certificate.map(file -> new PemFiles(file, key.orElseThrow()));
    }

    private static Optional<Path> file(Settings settings, String key) {
        return given(settings, key, text -> {
                    Path file = Path.of(text);
                    if (!Files.isReadable(file)) {
                        throw new IllegalArgumentException("must be a file that can be read, got " + text);
                    }
                    return text;
                })
                .map(Path::of);
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
