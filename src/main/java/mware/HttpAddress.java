package mware;

/**
 * Where the API listens.
 *
 * @param port 1..65535
 */
record HttpAddress(String host, int port) {

    /** Reads {@code [HOST:]PORT}, the host being 127.0.0.1 when not given; throws {@link Failure} naming the rule. */
    static HttpAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "127.0.0.1" : text.substring(0, colon).replaceAll("^\\[|]$", "");
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port >= 1 && port <= 65_535 && !host.isEmpty()) {
                return new HttpAddress(host, port);
            }
        } catch (NumberFormatException e) {
            // told below, with the rule
        }
        throw new Failure("--http (http.address): must be [HOST:]PORT with a port of 1..65535, got " + text);
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
