package mware.core.monitor;

import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import mware.core.monitor.Deviation.Status;
import mware.core.tls.PemFiles;
import mware.core.tls.ServerKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the files of a certificate: one that is renewed is handed on, one that cannot be used is a deviation and the
 * former goes on, one that ends soon is a deviation in time.
 */
public final class CertificateWatch implements AutoCloseable {

    /** The heading of the system state under which certificates stand. */
    public static final String CATEGORY = "certificate";

    private static final Duration WARNING = Duration.ofDays(30);
    private static final Duration ERROR = Duration.ofDays(7);
    private static final Logger LOG = LoggerFactory.getLogger("http");

    private final PemFiles files;
    private final String key;
    private final Deviations deviations;
    private final Clock clock;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "certificate-watch");
        thread.setDaemon(true);
        return thread;
    });
    private volatile ServerKey current;
    private volatile @Nullable ServerKey former;
    private List<Long> changed;
    private @Nullable String wrong;

    /**
     * Reads the files; throws IllegalArgumentException, naming {@code key}, when they cannot be used.
     *
     * @param key the configuration key that names them
     */
    public CertificateWatch(PemFiles files, String key, Deviations deviations, Clock clock) {
        this.files = files;
        this.key = key;
        this.deviations = deviations;
        this.clock = clock;
        try {
            changed = files.changed();
            current = files.read();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
        }
        tellExpiry();
    }

    /** The one that is in use. */
    public ServerKey current() {
        return current;
    }

    /** The certificate that is in use, and the one before: another node may show that for a while yet. */
    public List<X509Certificate> certificates() {
        ServerKey before = former;
        return before == null ? List.of(current.certificate()) : List.of(current.certificate(), before.certificate());
    }

    /** Looks every {@code period}, and hands each renewed certificate to {@code renewed}. */
    public void start(Duration period, Consumer<ServerKey> renewed) {
        watch.scheduleWithFixedDelay(() -> look(renewed), period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    void look(Consumer<ServerKey> renewed) {
        try {
            List<Long> now = files.changed();
            if (!now.equals(changed) || wrong != null) {
                ServerKey read = files.read();
                if (!read.chain().equals(current.chain()) || !read.key().equals(current.key())) {
                    renewed.accept(read);
                    former = current;
                    current = read;
                    LOG.info("{}: from now on the {}", key, read);
                }
                changed = now;
            }
            wrong = null;
            tellExpiry();
        } catch (RuntimeException e) {
            String why = key + ": " + e.getMessage() + "; the " + current + " is still in use";
            if (!why.equals(wrong)) {
                LOG.error("{}", why);
            }
            wrong = why;
            deviations.raise(CATEGORY, key, Status.ERROR, why);
        }
    }

    private void tellExpiry() {
        Expiry told = expiry(key, current, clock.instant());
        if (told == null) {
            deviations.clear(CATEGORY, key);
        } else {
            deviations.raise(
                    CATEGORY,
                    key,
                    told.status(),
                    told.reason(),
                    Map.of("expires", current.expires().toString()));
        }
    }

    /** What there is to say of a certificate's end. */
    record Expiry(Status status, String reason) {}

    /** Null while there is time. Days are rounded down, so that the words change once a day. */
    static @Nullable Expiry expiry(String key, ServerKey certificate, Instant now) {
        Duration left = Duration.between(now, certificate.expires());
        String subject =
                key + ": the certificate of " + certificate.certificate().getSubjectX500Principal();
        if (left.isNegative() || left.isZero()) {
            return new Expiry(Status.ERROR, subject + " has expired on " + certificate.expires());
        }
        if (left.compareTo(WARNING) > 0) {
            return null;
        }
        return new Expiry(
                left.compareTo(ERROR) > 0 ? Status.WARNING : Status.ERROR,
                subject + " expires on " + certificate.expires() + ", in " + left.toDays() + " days");
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }
}
