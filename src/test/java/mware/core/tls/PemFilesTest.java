package mware.core.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import mware.testing.Certificates;
import mware.testing.Command;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PemFilesTest {

    @TempDir
    static Path folder;

    private static PemFiles good;

    @BeforeAll
    static void make() {
        good = new Certificates(folder).selfSigned("good", "DNS:good.example");
    }

    @Test
    void a_certificate_and_its_key_are_read_with_the_chain() {
        var certificates = new Certificates(folder);
        PemFiles signed =
                certificates.signed("signed", "DNS:a.example,IP:127.0.0.1", certificates.authority("authority"));

        ServerKey key = signed.read();

        assertThat(key.chain()).hasSize(2);
        assertThat(ServerKey.names(key.certificate())).containsExactly("127.0.0.1", "a.example");
        assertThat(key.keyManager()).isNotNull();
        assertThat(key).asString().contains("CN=signed").doesNotContain("PRIVATE");
    }

    @Test
    void the_older_forms_of_keys_are_read_too() throws IOException {
        Path curve = folder.resolve("curve.key");
        Command.run("openssl", "ec", "-in", good.key().toString(), "-out", curve.toString());
        assertThat(curve).content().contains("BEGIN EC PRIVATE KEY");
        assertThat(new PemFiles(good.certificate(), curve).read().key().getAlgorithm())
                .isEqualTo("EC");

        Path rsa = folder.resolve("rsa.key");
        Path certificate = folder.resolve("rsa.pem");
        Command.run(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=rsa",
                "-keyout",
                rsa.toString(),
                "-out",
                certificate.toString());
        Path old = folder.resolve("old.key");
        Command.run("openssl", "rsa", "-traditional", "-in", rsa.toString(), "-out", old.toString());
        assertThat(old).content().contains("BEGIN RSA PRIVATE KEY");
        assertThat(new PemFiles(certificate, old).read().key().getAlgorithm()).isEqualTo("RSA");
    }

    @Test
    void what_is_wrong_names_the_file() throws IOException {
        PemFiles other = new Certificates(folder).selfSigned("other", "DNS:other.example");
        Path nothing = Files.writeString(folder.resolve("nothing.pem"), "nothing");
        Path broken = Files.writeString(
                folder.resolve("broken.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        Path locked = folder.resolve("locked.key");
        Command.run(
                "openssl",
                "pkey",
                "-aes128",
                "-passout",
                "pass:a-password",
                "-in",
                good.key().toString(),
                "-out",
                locked.toString());

        refused(
                new PemFiles(good.certificate(), other.key()),
                "the private key in " + other.key() + " is not that of the first certificate in " + good.certificate());
        refused(new PemFiles(nothing, good.key()), nothing + " holds no certificate (PEM)");
        refused(new PemFiles(broken, good.key()), broken + " holds a certificate that cannot be read");
        refused(new PemFiles(good.certificate(), nothing), nothing + " holds no private key (PEM)");
        refused(
                new PemFiles(good.certificate(), locked),
                "the private key in " + locked + " is encrypted: openssl pkey -in KEY -out PLAIN");
        refused(new PemFiles(folder.resolve("none"), good.key()), "there is no file " + folder.resolve("none"));
    }

    private static void refused(PemFiles files, String why) {
        assertThatThrownBy(files::read)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(why);
    }
}
