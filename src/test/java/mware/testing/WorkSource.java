package mware.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The route file whose routes write down what they do ({@code /cluster/WorkRoutes.java}), for {@link WorkLog}. */
public final class WorkSource {

    private WorkSource() {}

    /** Puts it into {@code folder}, for {@code --routes}; returns the folder. */
    public static Path placeIn(Path folder) {
        try (InputStream source = WorkSource.class.getResourceAsStream("/cluster/WorkRoutes.java")) {
            MwareNode.place(folder, "WorkRoutes.java", new String(source.readAllBytes(), StandardCharsets.UTF_8));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
