package mware.core.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import mware.core.tls.PemFiles;
import mware.core.tls.ServerKey;
import mware.testing.Certificates;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificateWatchTest {

    @TempDir
    Path folder;

    @ParameterizedTest(name = "{0} before its end -> {1}")
    @CsvSource({
        "P30DT1S,  ,        ",
        "P30D,     WARNING, in 30 days",
        "P7DT1S,   WARNING, in 7 days",
        "P7D,      ERROR,   in 7 days",
        "PT23H,    ERROR,   in 0 days",
        "PT0S,     ERROR,   has expired on",
        "PT-1H,    ERROR,   has expired on",
    })
    void a_certificate_that_ends_soon_is_told_in_time(Duration left, Deviation.Status status, String words) {
        ServerKey key =
                new Certificates(folder).selfSigned("a", "DNS:a.example").read();

        var expiry =
                CertificateWatch.expiry("http.certificate", key, key.expires().minus(left));

        if (status == null) {
            assertThat(expiry).isNull();
        } else {
            assertThat(expiry.status()).isEqualTo(status);
            assertThat(expiry.reason())
                    .startsWith("http.certificate: the certificate of CN=a ")
                    .contains(words);
        }
    }

    @Test
    void a_renewal_is_handed_on_and_a_broken_one_leaves_the_former_in_use() throws IOException {
        var certificates = new Certificates(folder);
        PemFiles files = certificates.selfSigned("a", "DNS:a.example", 90);
        var deviations = new Deviations(Clock.systemUTC());
        List<ServerKey> renewed = new ArrayList<>();
        try (var watch = new CertificateWatch(files, "http.certificate", deviations, Clock.systemUTC())) {
            ServerKey first = watch.current();
            watch.look(renewed::add);
            assertThat(renewed).isEmpty();
            assertThat(deviations.open()).isEmpty();

            replace(files.certificate(), "half a certificate", 1);
            watch.look(renewed::add);
            assertThat(watch.current()).isEqualTo(first);
            assertThat(deviations.open()).singleElement().satisfies(deviation -> {
                assertThat(deviation.category()).isEqualTo("certificate");
                assertThat(deviation.status()).isEqualTo(Deviation.Status.ERROR);
                assertThat(deviation.reason())
                        .startsWith("http.certificate: " + files.certificate() + " holds no certificate (PEM); the ")
                        .endsWith(" is still in use");
            });

            PemFiles next = certificates.selfSigned("b", "DNS:b.example", 20);
            replace(files.certificate(), Files.readString(next.certificate()), 2);
            watch.look(renewed::add);
            assertThat(deviations.open().get(0).reason()).contains("is not that of the first certificate");
            replace(files.key(), Files.readString(next.key()), 3);
            watch.look(renewed::add);

            assertThat(renewed).containsExactly(watch.current());
            assertThat(watch.current()).asString().contains("CN=b");
            assertThat(deviations.open()).singleElement().satisfies(deviation -> {
                assertThat(deviation.status()).isEqualTo(Deviation.Status.WARNING);
                assertThat(deviation.reason()).contains("expires on", "in 19 days");
                assertThat(deviation.details()).containsKey("expires");
            });
        }
    }

    private static void replace(Path file, String text, int seconds) throws IOException {
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(seconds)));
    }
}
