package mware.core.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The configuration of a node that was started with no other: site {@code main}, server {@code srv1}, two domains. */
public final class DefaultSite {

    private DefaultSite() {}

    /** The default configuration; not checked at each start, since a test holds that nothing is wrong with it. */
    public static Configuration configuration() {
        return ConfigurationBuilder.build(JsonText.parse(text(), new Problems()).orElseThrow());
    }

    /** Its text, as a file to begin one's own with. */
    public static byte[] text() {
        try (InputStream in = DefaultSite.class.getResourceAsStream("/default-site.json")) {
            if (in == null) {
                throw new IllegalStateException("default-site.json is missing from the jar");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read default-site.json", e);
        }
    }
}
