package mware.core.iam;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a session token says, once its signature was found to be ours.
 *
 * @param name what names the session among others, its end included; no secret
 * @param account the id of the user
 * @param stamp that of the account when it logged in
 */
record Ticket(String name, String account, String domain, String stamp, Instant expires) {

    private static final Pattern NAME = Pattern.compile("([0-9a-z]{1,12})-[A-Za-z0-9_-]{16}");

    /** A name for a session that ends then; {@code random} are 16 letters. */
    static String name(Instant expires, String random) {
        return Long.toString(expires.getEpochSecond(), Character.MAX_RADIX) + "-" + random;
    }

    /** When the session of that name ends; empty when it is not the name of one. */
    static Optional<Instant> end(String name) {
        var parts = NAME.matcher(name);
        return parts.matches()
                ? Optional.of(Instant.ofEpochSecond(Long.parseLong(parts.group(1), Character.MAX_RADIX)))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return "session " + name;
    }
}
