package mware.core.http;

/**
 * Where a node listens for HTTP, written as {@code [HOST:]PORT}.
 *
 * @param host a name or address; IPv6 without brackets
 * @param port 0..65535; 0 takes a free one
 */
public record HttpAddress(String host, int port) {

    /** The default of {@code --http}. */
    public static final HttpAddress DEFAULT = new HttpAddress("127.0.0.1", 8080);

    public HttpAddress {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("--http: port must be 0..65535, got " + port);
        }
        if (host.isBlank() || host.matches(".*[\\[\\]\\s/].*")) {
            throw new IllegalArgumentException("--http: host must be a name or an address, got " + host);
        }
    }

    /** Reads {@code [HOST:]PORT}, also {@code [::1]:8080}; the host is 127.0.0.1 when it is not given. */
    public static HttpAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? DEFAULT.host() : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        String port = text.substring(colon + 1);
        if (!port.matches("\\d{1,5}")) {
            throw new IllegalArgumentException("--http: must be [HOST:]PORT, got " + text);
        }
        return new HttpAddress(host, Integer.parseInt(port));
    }

    /** The base URL under which this address is reached. */
    public String url() {
        return url(false);
    }

    /** The base URL under which this address is reached, over TLS or not. */
    public String url(boolean tls) {
        return (tls ? "https://" : "http://") + this;
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
