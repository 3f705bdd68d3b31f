package mware.service.udpecho;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The setting {@code udp_echo}: what is right in it, and what is wrong.
 *
 * @param networks who gets answers; empty when the setting does not say, so that the site's own networks do
 * @param packetsPerSecond answers a second for one source; empty when the setting does not say
 * @param problems what is wrong, as key, rule and value; the wrong entries are left out
 */
public record EchoSettings(Optional<List<Network>> networks, OptionalInt packetsPerSecond, List<String> problems) {

    private static final int MOST_PACKETS = 10_000_000;

    /** Reads the settings of a configuration; without {@code udp_echo} all is left to the defaults. */
    public static EchoSettings read(JsonNode settings) {
        JsonNode mine = settings.path("udp_echo");
        List<String> problems = new ArrayList<>();
        Optional<List<Network>> networks = Optional.empty();
        if (mine.has("networks")) {
            networks = Optional.of(networks(mine.get("networks"), problems));
        }
        OptionalInt rate = OptionalInt.empty();
        JsonNode packets = mine.path("packets_per_second");
        if (packets.isInt() && packets.asInt() >= 1 && packets.asInt() <= MOST_PACKETS) {
            rate = OptionalInt.of(packets.asInt());
        } else if (!packets.isMissingNode()) {
            problems.add("udp_echo.packets_per_second: must be 1.." + MOST_PACKETS + ", got " + packets);
        }
        return new EchoSettings(networks, rate, List.copyOf(problems));
    }

    private static List<Network> networks(JsonNode list, List<String> problems) {
        if (!list.isArray()) {
            problems.add("udp_echo.networks: must be a list, got " + list);
            return List.of();
        }
        List<Network> networks = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            try {
                networks.add(Network.parse(list.get(i).asText()));
            } catch (IllegalArgumentException e) {
                problems.add("udp_echo.networks[" + i + "]: " + e.getMessage());
            }
        }
        return List.copyOf(networks);
    }
}
