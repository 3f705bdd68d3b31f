package mware.core.http;

import org.jspecify.annotations.Nullable;

/** What {@code If-None-Match} says that the caller holds. */
public final class HeldTags {

    private HeldTags() {}

    /**
     * Whether the caller holds the answer of this tag, packed or not.
     *
     * @param tag in its quotes
     */
    public static boolean hold(@Nullable String ifNoneMatch, String tag) {
        if (ifNoneMatch == null) {
            return false;
        }
        String bare = tag.replace("\"", "");
        for (String one : ifNoneMatch.split(",")) {
            String given = one.strip().replaceFirst("^W/", "").replace("\"", "").replaceFirst("-gzip$", "");
            if (given.equals("*") || given.equals(bare)) {
                return true;
            }
        }
        return false;
    }
}
