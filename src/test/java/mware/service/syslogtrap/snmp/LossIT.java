package mware.service.syslogtrap.snmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import mware.service.syslogtrap.snmp.Receiver.Community;
import mware.testing.LossyRelay;
import mware.testing.MemoryState;
import mware.testing.SnmpTrapd;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Informs over a path that loses one datagram of twenty. */
@Tag("long")
class LossIT {

    private static final int INFORMS = 10_000;

    @TempDir
    Path folder;

    @Test
    void ten_thousand_informs_are_all_acknowledged_and_repeats_are_counted() {
        var state = new MemoryState();
        try (var node = new TestNode(state, 0);
                SnmpTrapd snmptrapd = SnmpTrapd.start(folder);
                LossyRelay relay = LossyRelay.to(snmptrapd.port(), 0.05, 5676)) {
            node.takeOver(1);
            node.sender.apply(Samples.only(Samples.receiver("nms", relay.port(), new Community("public"), true)));

            for (int i = 0; i < INFORMS; i++) {
                node.send("nms", "inform " + i + ".");
            }

            await().atMost(Duration.ofMinutes(2)).until(() -> node.status("nms").acknowledged() == INFORMS);
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> state.children("syslog-trap/outbox/nms").isEmpty());
            List<String> traps = snmptrapd.traps();
            var distinct = traps.stream()
                    .map(line -> line.replaceAll(".*\"(inform \\d+\\.)\".*", "$1"))
                    .collect(Collectors.toSet());
            ReceiverStatus status = node.status("nms");
            System.out.printf(
                    "%d informs: lost %d of %d datagrams, %d repeats by the outbox, receiver saw %d, twice or more %d%n",
                    INFORMS,
                    relay.lost(),
                    relay.lost() + relay.passed(),
                    status.repeated(),
                    traps.size(),
                    traps.size() - distinct.size());
            assertThat(distinct).hasSize(INFORMS);
            assertThat(relay.lost()).isGreaterThan(INFORMS / 20);
            assertThat(status.repeated()).isPositive();
            assertThat(status.waiting() + status.dropped() + status.expired()).isZero();
        }
    }
}
