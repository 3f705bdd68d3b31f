package mware.core.rollout;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import mware.core.config.ConfigurationReader;
import mware.core.config.ConfigurationReader.Checked;
import mware.core.store.Packed;

/** Checks configurations and remembers the last ones: what is validated is applied next, and then put in force here. */
public final class Checks {

    private static final int REMEMBERED = 2;

    private final Map<String, Checked> last = new LinkedHashMap<>();

    /** What a configuration is worth on this machine. */
    synchronized Checked of(Packed content) {
        Checked known = last.remove(content.digest());
        Checked checked = known == null ? ConfigurationReader.read(content.text()) : known;
        last.put(content.digest(), checked);
        if (last.size() > REMEMBERED) {
            Iterator<String> oldest = last.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        return checked;
    }

    /** Checks anew, since what the placeholders name may be there by now. */
    synchronized Checked anew(Packed content) {
        last.remove(content.digest());
        return of(content);
    }
}
