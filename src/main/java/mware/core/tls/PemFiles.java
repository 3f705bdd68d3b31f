package mware.core.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * A server's certificate and its private key, in PEM files.
 *
 * @param certificate the server's certificate first, then those between it and the root
 * @param key not encrypted; PKCS#8, or the older forms of RSA and EC keys
 */
public record PemFiles(Path certificate, Path key) {

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
    private static final int LARGEST = 1 << 20;

    /** When the files were changed last; equal while they are the same. Throws when one of them cannot be read. */
    public List<Long> changed() {
        return changed(List.of(certificate, key));
    }

    /** When these files were changed last, in milliseconds; throws IllegalArgumentException for one that cannot be read. */
    public static List<Long> changed(List<Path> files) {
        List<Long> times = new ArrayList<>();
        for (Path file : files) {
            try {
                if (!Files.isReadable(file)) {
                    throw new IllegalArgumentException("cannot read " + file);
                }
                times.add(Files.getLastModifiedTime(file).toMillis());
            } catch (IOException e) {
                throw new IllegalArgumentException("cannot read " + file, e);
            }
        }
        return times;
    }

    /**
     * Reads and checks them: whole, and made for each other.
     *
     * @throws IllegalArgumentException in words that name the file
     */
    public ServerKey read() {
        List<X509Certificate> chain = certificates(certificate);
        PrivateKey secret = privateKey(key);
        if (!belong(secret, chain.get(0))) {
            throw new IllegalArgumentException(
                    "the private key in " + key + " is not that of the first certificate in " + certificate);
        }
        return new ServerKey(secret, chain);
    }

    /** All certificates of a file, one at least. */
    public static List<X509Certificate> certificates(Path file) {
        List<X509Certificate> found = new ArrayList<>();
        Matcher blocks = BLOCK.matcher(text(file));
        while (blocks.find()) {
            if (blocks.group(1).endsWith("CERTIFICATE")) {
                try {
                    found.add((X509Certificate) CertificateFactory.getInstance("X.509")
                            .generateCertificate(new java.io.ByteArrayInputStream(decoded(blocks.group(2), file))));
                } catch (CertificateException e) {
                    throw new IllegalArgumentException(file + " holds a certificate that cannot be read", e);
                }
            }
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException(file + " holds no certificate (PEM)");
        }
        return List.copyOf(found);
    }

    private static PrivateKey privateKey(Path file) {
        Matcher blocks = BLOCK.matcher(text(file));
        while (blocks.find()) {
            byte[] bytes = decoded(blocks.group(2), file);
            try {
                switch (blocks.group(1)) {
                    case "PRIVATE KEY":
                        return pkcs8(bytes);
                    case "RSA PRIVATE KEY":
                        return pkcs8(new PrivateKeyInfo(
                                        new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                                        org.bouncycastle.asn1.pkcs.RSAPrivateKey.getInstance(bytes))
                                .getEncoded());
                    case "EC PRIVATE KEY":
                        ECPrivateKey curve = ECPrivateKey.getInstance(bytes);
                        return pkcs8(new PrivateKeyInfo(
                                        new AlgorithmIdentifier(
                                                X9ObjectIdentifiers.id_ecPublicKey, curve.getParametersObject()),
                                        curve)
                                .getEncoded());
                    case "ENCRYPTED PRIVATE KEY":
                        throw new IllegalArgumentException(
                                "the private key in " + file + " is encrypted: openssl pkey -in KEY -out PLAIN");
                    default:
                        // a certificate or parameters, beside the key
                }
            } catch (GeneralSecurityException | IOException e) {
                throw new IllegalArgumentException("the private key in " + file + " cannot be read", e);
            }
        }
        throw new IllegalArgumentException(file + " holds no private key (PEM)");
    }

    private static PrivateKey pkcs8(byte[] bytes) throws GeneralSecurityException {
        String algorithm = PrivateKeyInfo.getInstance(bytes)
                .getPrivateKeyAlgorithm()
                .getAlgorithm()
                .getId();
        String name =
                switch (algorithm) {
                    case "1.2.840.113549.1.1.1" -> "RSA";
                    case "1.2.840.10045.2.1" -> "EC";
                    default -> algorithm;
                };
        return KeyFactory.getInstance(name).generatePrivate(new PKCS8EncodedKeySpec(bytes));
    }

    private static boolean belong(PrivateKey key, X509Certificate certificate) {
        String algorithm = key instanceof ECKey ? "SHA256withECDSA" : "SHA256withRSA";
        if (!key.getAlgorithm().equals("RSA") && !(key instanceof ECKey)) {
            algorithm = key.getAlgorithm(); // Ed25519 signs by its own name
        }
        byte[] words = "mware".getBytes(StandardCharsets.US_ASCII);
        try {
            Signature sign = Signature.getInstance(algorithm);
            sign.initSign(key);
            sign.update(words);
            byte[] signed = sign.sign();
            Signature verify = Signature.getInstance(algorithm);
            verify.initVerify(certificate.getPublicKey());
            verify.update(words);
            return verify.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static byte[] decoded(String base64, Path file) {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + " holds a block that is not PEM", e);
        }
    }

    private static String text(Path file) {
        try {
            if (Files.size(file) > LARGEST) {
                throw new IllegalArgumentException(file + " is too large for PEM");
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("there is no file " + file, e);
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read " + file, e);
        }
    }
}
