package mware.core.tls;

import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Whether the server at the other end is a node of this site: it shows the site's own certificate, or one of the trusted
 * file; or one that the trusted file (without it: the JDK's authorities) has signed, made out to the host that was called
 * or to a name that the site's own is made out to, since nodes are called by their addresses.
 *
 * <p>Both files are looked at anew for each connection when they have changed, so that a renewal is followed.
 */
public final class NodeTrust extends X509ExtendedTrustManager {

    private final Supplier<List<X509Certificate>> own;
    private final @Nullable Path trusted;
    private @Nullable Anchors anchors;

    /** What the trusted file held when it was looked at. */
    private record Anchors(List<Long> changed, List<X509Certificate> certificates, X509TrustManager manager) {}

    /**
     * Trusts nodes of the site.
     *
     * @param own the certificate that this node shows now, and former ones that another may still show; may be empty
     * @param trusted a PEM file with authorities or servers' certificates; null: the JDK's authorities
     */
    public NodeTrust(Supplier<List<X509Certificate>> own, @Nullable Path trusted) {
        this.own = own;
        this.trusted = trusted;
    }

    /** A context for clients of nodes. */
    public SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {this}, new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no TLS in this JDK", e);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        check(chain, type, engine.getPeerHost());
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        check(
                chain,
                type,
                socket instanceof SSLSocket tls && tls.getHandshakeSession() != null
                        ? tls.getHandshakeSession().getPeerHost()
                        : null);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain, type, null);
    }

    private void check(X509Certificate[] chain, String type, @Nullable String host) throws CertificateException {
        List<X509Certificate> mine = own.get();
        if (mine.contains(chain[0])) {
            return; // whoever has its key is the site; that it has expired is told elsewhere, and must not split the
            // site
        }
        Anchors now = anchors();
        if (now.certificates().contains(chain[0])) {
            return;
        }
        now.manager().checkServerTrusted(chain, type);
        Set<String> names = ServerKey.names(chain[0]);
        if (host != null && names.stream().anyMatch(name -> fits(name, host.toLowerCase(Locale.ROOT)))) {
            return;
        }
        if (mine.isEmpty() || ServerKey.names(mine.get(0)).stream().noneMatch(names::contains)) {
            throw new CertificateException("its certificate is for " + String.join(", ", names) + ", not for " + host
                    + " and for no name of this node's own");
        }
    }

    /** A name of a certificate fits a host; {@code *.} stands for one label. */
    private static boolean fits(String name, String host) {
        return name.equals(host)
                || name.startsWith("*.")
                        && host.indexOf('.') > 0
                        && host.substring(host.indexOf('.')).equals(name.substring(1));
    }

    private synchronized Anchors anchors() throws CertificateException {
        try {
            List<Long> changed = trusted == null ? List.of() : PemFiles.changed(List.of(trusted));
            Anchors known = anchors;
            if (known == null || !known.changed().equals(changed)) {
                List<X509Certificate> certificates = trusted == null ? List.of() : PemFiles.certificates(trusted);
                known = new Anchors(changed, certificates, manager(certificates));
                anchors = known;
            }
            return known;
        } catch (IllegalArgumentException e) {
            throw new CertificateException("http.trusted: " + e.getMessage(), e);
        }
    }

    private static X509TrustManager manager(List<X509Certificate> certificates) throws CertificateException {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            KeyStore store = null; // the JDK's own
            if (!certificates.isEmpty()) {
                store = KeyStore.getInstance("PKCS12");
                store.load(null, null);
                for (int i = 0; i < certificates.size(); i++) {
                    store.setCertificateEntry("trusted" + i, certificates.get(i));
                }
            }
            factory.init(store);
            return (X509TrustManager) factory.getTrustManagers()[0];
        } catch (GeneralSecurityException | java.io.IOException e) {
            throw new CertificateException("no authorities to trust: " + e.getMessage(), e);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        throw new CertificateException("clients are known by their secrets");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        throw new CertificateException("clients are known by their secrets");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        throw new CertificateException("clients are known by their secrets");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
