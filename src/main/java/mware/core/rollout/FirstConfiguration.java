package mware.core.rollout;

import java.util.List;
import java.util.Optional;
import mware.core.config.Configuration;
import mware.core.config.ConfigurationReader;
import mware.core.config.Problem;
import mware.core.store.Packed;

/**
 * What a node was started with: the first configuration of a site, used by itself only until there is one in ZooKeeper.
 *
 * @param name how messages call it, such as {@code site.json}
 * @param given whether an operator named it; a default site is nobody's wish
 * @param content as it is written; empty when it cannot be used
 * @param configuration empty when it cannot be used
 * @param problems what is wrong with it
 */
public record FirstConfiguration(
        String name,
        boolean given,
        Optional<Packed> content,
        Optional<Configuration> configuration,
        List<Problem> problems) {

    /** A file that cannot be read. */
    public static FirstConfiguration unread(String name, String why) {
        return new FirstConfiguration(
                name,
                true,
                Optional.empty(),
                Optional.empty(),
                List.of(new Problem("", why, null, Problem.Severity.ERROR)));
    }

    /** From the text of a file. */
    public static FirstConfiguration of(String name, boolean given, byte[] text) {
        ConfigurationReader.Checked checked = ConfigurationReader.read(text);
        return new FirstConfiguration(
                name,
                given,
                ConfigurationReader.json(text).map(Packed::of),
                checked.configuration(),
                checked.problems());
    }
}
