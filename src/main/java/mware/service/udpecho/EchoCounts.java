package mware.service.udpecho;

import java.util.Map;

/**
 * What the echo did since the node was started.
 *
 * @param packets datagrams received
 * @param bytes their payload
 * @param answered datagrams sent back
 * @param sources source addresses that were allowed to ask; one that was forgotten in between counts again
 * @param dropped datagrams that got no answer, by reason; reasons that never applied are there with 0
 */
public record EchoCounts(long packets, long bytes, long answered, long sources, Map<Verdict, Long> dropped) {

    public EchoCounts {
        dropped = Map.copyOf(dropped);
    }
}
