package mware.core.http;

import java.time.Duration;
import java.util.function.Function;

/**
 * What a client may ask of the port before it is refused or cut off.
 *
 * @param body bytes of a request's body
 * @param head bytes of all headers of a request, and of its first line
 * @param headTime from connecting, or from the end of the last answer, to a whole request head
 * @param bodyTime from the head to the end of the body
 * @param forwardTime how long the active node may take to answer a forwarded request
 * @param connections open at the same time; further ones are closed at once
 */
public record HttpLimits(
        long body, int head, Duration headTime, Duration bodyTime, Duration forwardTime, int connections) {

    /** The defaults, as in application.properties. */
    public static final HttpLimits DEFAULT = new HttpLimits(
            1_048_576, 16_384, Duration.ofSeconds(15), Duration.ofSeconds(30), Duration.ofSeconds(30), 1_000);

    /** Reads the {@code http.*} keys; a key that is missing has its default. */
    public static HttpLimits read(Function<String, String> property) {
        return new HttpLimits(
                number(property, "http.max-body-bytes", DEFAULT.body, 1, 1_073_741_824),
                (int) number(property, "http.max-head-bytes", DEFAULT.head, 1_024, 1_048_576),
                seconds(property, "http.head-seconds", DEFAULT.headTime),
                seconds(property, "http.body-seconds", DEFAULT.bodyTime),
                seconds(property, "http.forward-seconds", DEFAULT.forwardTime),
                (int) number(property, "http.max-connections", DEFAULT.connections, 1, 100_000));
    }

    private static Duration seconds(Function<String, String> property, String key, Duration otherwise) {
        return Duration.ofSeconds(number(property, key, otherwise.toSeconds(), 1, 3_600));
    }

    private static long number(Function<String, String> property, String key, long otherwise, long least, long most) {
        String text = property.apply(key);
        if (text == null || text.isBlank()) {
            return otherwise;
        }
        if (!text.strip().matches("\\d{1,12}")
                || Long.parseLong(text.strip()) < least
                || Long.parseLong(text.strip()) > most) {
            throw new IllegalArgumentException(key + ": must be " + least + ".." + most + ", got " + text);
        }
        return Long.parseLong(text.strip());
    }
}
