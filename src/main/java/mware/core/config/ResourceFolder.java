package mware.core.config;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.jar.JarFile;

/** Lists the resources of the product, in its jar or, while it is built, in a folder. */
public final class ResourceFolder {

    private ResourceFolder() {}

    /**
     * The names of the resources directly below a folder that end so, without the ending.
     *
     * @param folder such as {@code settings/}
     * @param ending such as {@code .schema.json}
     */
    public static SortedSet<String> names(String folder, String ending) {
        URL own = ResourceFolder.class.getResource("/configuration.schema.json");
        var found = new TreeSet<String>();
        try {
            if (own == null) {
                return found;
            }
            if (own.getProtocol().equals("file")) {
                String[] names = new File(new File(own.toURI()).getParentFile(), folder).list();
                for (String name : names == null ? new String[0] : names) {
                    add(folder + name, folder, ending, found);
                }
                return found;
            }
            String jar = own.getPath().substring(0, own.getPath().indexOf('!'));
            try (var file = new JarFile(new File(new URI(jar)))) {
                file.stream().forEach(entry -> add(entry.getName(), folder, ending, found));
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder, e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("cannot list " + folder, e);
        }
    }

    private static void add(String name, String folder, String ending, SortedSet<String> found) {
        if (name.startsWith(folder) && name.endsWith(ending) && name.indexOf('/', folder.length()) < 0) {
            found.add(name.substring(folder.length(), name.length() - ending.length()));
        }
    }
}
