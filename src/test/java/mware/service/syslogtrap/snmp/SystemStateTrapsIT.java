package mware.service.syslogtrap.snmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mware.core.monitor.Deviation;
import mware.core.monitor.Deviation.Status;
import mware.testing.MemoryState;
import mware.testing.SnmpTrapd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes of the system state as snmptrapd sees them. */
class SystemStateTrapsIT {

    private static final Duration SOON = Duration.ofSeconds(15);
    private static final String SUBTREE = ".1.3.6.1.4.1.32473.1";
    private static final Pattern INSTANCE =
            Pattern.compile(Pattern.quote(SUBTREE) + "\\.1\\.1\\.0 = STRING: \"([0-9a-f]{16})\"");

    @TempDir
    Path folder;

    private final MemoryState state = new MemoryState();
    private final TestNode first = new TestNode(state, 0);
    private final TestNode second = new TestNode(state, 0);
    private final Map<String, List<Deviation>> system = new ConcurrentHashMap<>();
    private final SystemStateTraps ofFirst = traps(first, "n1");
    private final SystemStateTraps ofSecond = traps(second, "n2");
    private SnmpTrapd snmptrapd;

    private SystemStateTraps traps(TestNode node, String name) {
        return new SystemStateTraps(node.sender, state, node.leadership, name, () -> {
            system.put(name, node.deviations.open());
            return Map.copyOf(system);
        });
    }

    @BeforeEach
    void start() {
        snmptrapd = SnmpTrapd.start(folder);
        first.sender.apply(Samples.only(Samples.plain("nms", snmptrapd.port())));
        second.sender.apply(Samples.only(Samples.plain("nms", snmptrapd.port())));
        ofFirst.start(first.deviations);
        ofSecond.start(second.deviations);
    }

    @AfterEach
    void stop() {
        ofFirst.close();
        ofSecond.close();
        first.close();
        second.close();
        snmptrapd.close();
    }

    @Test
    void a_raise_and_its_clear_carry_the_same_instance_even_when_another_node_clears() {
        first.takeOver(0x1a);
        await().atMost(SOON).until(() -> notifications(4).size() == 1);
        assertThat(notifications(4).get(0))
                .contains(SUBTREE + ".1.6.0 = STRING: \"n1\"")
                .contains(SUBTREE + ".1.10.0 = STRING: \"1a\"");

        first.deviations.raise("disk", "/data", Status.ERROR, "97 % full");
        await().atMost(SOON).until(() -> notifications(1).size() == 1);
        String raised = notifications(1).get(0);
        assertThat(raised)
                .contains(SUBTREE + ".1.2.0 = STRING: \"disk\"")
                .contains(SUBTREE + ".1.3.0 = STRING: \"/data\"")
                .contains(SUBTREE + ".1.4.0 = INTEGER: 1")
                .contains(SUBTREE + ".1.5.0 = STRING: \"97 % full\"")
                .contains(SUBTREE + ".1.6.0 = STRING: \"n1\"");

        await().atMost(SOON).until(() -> state.get(SystemStateTraps.KEY).isPresent());
        first.leadership.take();
        second.takeOver(0x2b);
        await().atMost(SOON).until(() -> notifications(4).size() == 2);
        first.deviations.clear("disk", "/data");
        system.put("n1", List.of());

        await().atMost(SOON).until(() -> notifications(2).size() == 1);
        assertThat(instance(notifications(2).get(0))).isEqualTo(instance(raised));
        assertThat(notifications(1)).hasSize(1);
    }

    @Test
    void a_passive_node_tells_nothing() {
        first.takeOver(1);
        await().atMost(SOON).until(() -> notifications(4).size() == 1);
        second.deviations.raise("disk", "/data", Status.ERROR, "97 % full");
        first.deviations.raise("cpu_usage", "n1", Status.WARNING, "98 %");

        await().atMost(SOON).until(() -> notifications(1).size() == 1);
        assertThat(notifications(1).get(0)).contains("cpu_usage").contains(SUBTREE + ".1.4.0 = INTEGER: 2");
    }

    private List<String> notifications(int number) {
        return snmptrapd.traps().stream()
                .filter(trap -> trap.contains("OID: " + SUBTREE + ".0." + number + "\t"))
                .toList();
    }

    private static String instance(String trap) {
        Matcher matcher = INSTANCE.matcher(trap);
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }
}
