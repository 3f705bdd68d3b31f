package mware.service.syslogtrap.snmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import mware.service.syslogtrap.snmp.Receiver.Auth;
import mware.service.syslogtrap.snmp.Receiver.Community;
import mware.service.syslogtrap.snmp.Receiver.Privacy;
import mware.testing.FreePorts;
import mware.testing.MemoryState;
import mware.testing.SnmpTrapd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Traps and informs to net-snmp's snmptrapd, and what becomes of them when nodes change and receivers go away. */
class SnmpTrapdIT {

    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    private final MemoryState state = new MemoryState();
    private TestNode node = new TestNode(state, 0);

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void a_v2c_trap_arrives_with_all_of_its_objects() {
        try (SnmpTrapd snmptrapd = SnmpTrapd.start(folder)) {
            node.sender.apply(Samples.only(Samples.plain("nms", snmptrapd.port())));

            node.sender.send(Samples.syslog(1), List.of("nms"));

            await().atMost(SOON).until(() -> snmptrapd.traps().size() == 1);
            assertThat(snmptrapd.traps().get(0))
                    .contains(".1.3.6.1.6.3.1.1.4.1.0 = OID: .1.3.6.1.2.1.192.0.1")
                    .contains(".1.3.6.1.2.1.192.1.2.1.2.1 = INTEGER: 3")
                    .contains(".1.3.6.1.2.1.192.1.2.1.4.1 = Gauge32: 1")
                    .contains(".1.3.6.1.2.1.192.1.2.1.6.1 = STRING: \"sbc01.example.org\"")
                    .contains("failed: timeout after 32000 ms");
            assertThat(node.status("nms").sent()).isEqualTo(1);
        }
    }

    @Test
    void the_largest_message_arrives_shortened() {
        try (SnmpTrapd snmptrapd = SnmpTrapd.start(folder)) {
            node.sender.apply(Samples.only(Samples.plain("nms", snmptrapd.port())));

            node.send("nms", "begin " + "x".repeat(65_529));

            await().atMost(SOON).until(() -> snmptrapd.said().contains("begin xxx"));
            assertThat(node.deviation("nms")).isEmpty();
        }
    }

    @ParameterizedTest(name = "{0} {1}, inform {2}")
    @CsvSource({
        "SHA_1, AES_128, false",
        "SHA_256, AES_128, false",
        "SHA_512, AES_256, false",
        "SHA_224, AES_192, false",
        "SHA_384, AES_256_C, false",
        "SHA_256, AES_128, true",
        "SHA_512, AES_256, true",
    })
    void version_3_is_accepted_signed_and_encrypted(Auth auth, Privacy privacy, boolean inform) {
        node.takeOver(1);
        await().until(() -> state.get(Engine.KEY).isPresent());
        try (SnmpTrapd snmptrapd = secure(auth, privacy, inform)) {
            node.sender.apply(Samples.only(
                    Samples.receiver("nms", snmptrapd.port(), Samples.user("mware", auth, privacy), inform)));

            node.send("nms", "over version 3");

            await().atMost(SOON).until(() -> snmptrapd.said().contains("over version 3"));
            if (inform) {
                await().atMost(SOON).until(() -> node.status("nms").acknowledged() == 1);
                assertThat(node.status("nms").waiting()).isZero();
            }
        }
    }

    @Test
    void after_a_take_over_the_receiver_accepts_the_new_node_since_boots_were_raised() {
        node.takeOver(1);
        await().until(() -> state.get(Engine.KEY).isPresent());
        try (SnmpTrapd snmptrapd = secure(Auth.SHA_256, Privacy.AES_128, false);
                var second = new TestNode(state, 0)) {
            Receivers receivers = Samples.only(Samples.receiver(
                    "nms", snmptrapd.port(), Samples.user("mware", Auth.SHA_256, Privacy.AES_128), false));
            node.sender.apply(receivers);
            second.sender.apply(receivers);
            node.send("nms", "from the first");
            await().atMost(SOON).until(() -> snmptrapd.said().contains("from the first"));
            String id = engine().id();

            node.leadership.take();
            second.takeOver(2);
            second.send("nms", "from the second");

            await().atMost(SOON).until(() -> snmptrapd.said().contains("from the second"));
            assertThat(engine()).isEqualTo(new Engine(id, 2));
        }
    }

    /** What the test above would miss if receivers did not mind: the same boots with a time that went back are refused. */
    @Test
    void with_the_same_boots_a_second_node_is_refused() {
        var engine = new Engine("80007ed905000102030405060708090a0b", 5);
        var first = new AheadClock(1000);
        var second = new AheadClock(0);
        try (SnmpTrapd snmptrapd = secure(engine, Auth.SHA_256, Privacy.AES_128, false)) {
            Receiver receiver = Samples.receiver(
                    "nms", snmptrapd.port(), Samples.user("mware", Auth.SHA_256, Privacy.AES_128), false);
            Session one = session(receiver, first, engine, System.nanoTime());
            Session two = session(receiver, second, engine, System.nanoTime());
            Session raised = session(receiver, second, new Engine(engine.id(), 6), System.nanoTime());

            one.accept(List.of(Samples.text("time 1000")), true);
            await().atMost(SOON).until(() -> snmptrapd.said().contains("time 1000"));
            two.accept(List.of(Samples.text("time went back")), true);
            raised.accept(List.of(Samples.text("boots went up")), true);

            await().atMost(SOON).until(() -> snmptrapd.said().contains("boots went up"));
            assertThat(snmptrapd.said()).doesNotContain("time went back");
            List.of(one, two, raised).forEach(Session::close);
        }
    }

    @Test
    void nothing_signed_leaves_before_boots_were_raised_and_all_of_it_after() {
        var engine = new Engine("80007ed905000102030405060708090a0b", 41);
        state.begin(1);
        state.put(1, Engine.KEY, engine.toBytes());
        state.breakDown(true);
        try (SnmpTrapd snmptrapd = secure(engine, Auth.SHA_256, Privacy.AES_128, false)) {
            node.sender.apply(Samples.only(Samples.receiver(
                    "nms", snmptrapd.port(), Samples.user("mware", Auth.SHA_256, Privacy.AES_128), false)));
            node.leadership.give(1);
            node.send("nms", "waits for boots");

            await().atMost(SOON)
                    .until(() -> !node.deviation(GroupState.DEVIATION).isEmpty());
            assertThat(node.status("nms").waiting()).isEqualTo(1);
            assertThat(snmptrapd.traps()).isEmpty();
            state.breakDown(false);

            await().atMost(SOON).until(() -> snmptrapd.said().contains("waits for boots"));
            assertThat(engine().boots()).isEqualTo(42);
            await().atMost(SOON)
                    .until(() -> node.deviation(GroupState.DEVIATION).isEmpty());
        }
    }

    @ParameterizedTest(name = "version 3: {0}")
    @CsvSource({"false", "true"})
    void informs_wait_for_a_receiver_that_was_away_and_all_arrive(boolean secure) {
        node.takeOver(1);
        await().until(() -> state.get(Engine.KEY).isPresent());
        try (SnmpTrapd snmptrapd = secure(Auth.SHA_256, Privacy.AES_128, true)) {
            node.sender.apply(Samples.only(Samples.receiver(
                    "nms",
                    snmptrapd.port(),
                    secure ? Samples.user("mware", Auth.SHA_256, Privacy.AES_128) : new Community("public"),
                    true)));
            node.send("nms", "before");
            await().atMost(SOON).until(() -> node.status("nms").acknowledged() == 1);

            snmptrapd.stop();
            for (int i = 0; i < 200; i++) {
                node.send("nms", "while away " + i + ".");
            }
            await().atMost(SOON).until(() -> !node.deviation("nms").isEmpty());
            snmptrapd.startAgain();

            await().atMost(Duration.ofSeconds(40))
                    .until(() -> node.status("nms").acknowledged() == 201);
            for (int i = 0; i < 200; i++) {
                assertThat(snmptrapd.said()).contains("while away " + i + ".");
            }
            await().atMost(SOON).until(() -> node.deviation("nms").isEmpty());
            await().atMost(SOON)
                    .until(() -> state.children("syslog-trap/outbox/nms").isEmpty());
        }
    }

    @Test
    void informs_survive_the_node_that_took_them() {
        int port = FreePorts.next();
        Receivers receivers = Samples.only(Samples.receiver("nms", port, new Community("public"), true));
        node.takeOver(1);
        node.sender.apply(receivers);
        for (int i = 0; i < 1000; i++) {
            node.send("nms", "inherited " + i + ".");
        }
        await().atMost(SOON)
                .until(() -> state.children("syslog-trap/outbox/nms").size() >= 1);
        await().atMost(SOON).until(() -> kept() == 1000);
        try (var second = new TestNode(state, -500);
                SnmpTrapd snmptrapd = SnmpTrapd.start(folder, port)) {
            second.sender.apply(receivers);
            second.takeOver(2); // the first one does not even know yet: what it writes now is refused
            await().atMost(Duration.ofSeconds(40))
                    .until(() -> second.status("nms").acknowledged() == 1000);
            for (int i = 0; i < 1000; i++) {
                assertThat(snmptrapd.said()).contains("inherited " + i + ".");
            }
            await().atMost(SOON)
                    .until(() -> state.children("syslog-trap/outbox/nms").isEmpty());
        }
    }

    @Test
    void a_dead_port_is_a_deviation_until_somebody_listens() {
        node.takeOver(1); // a passive node says nothing of receivers
        int port = FreePorts.next();
        node.sender.apply(Samples.only(Samples.plain("nms", port)));

        node.send("nms", "nobody hears");

        await().atMost(SOON).until(() -> node.deviation("nms")
                .equals("127.0.0.1:" + port + " refuses: nobody listens on that port"));
        try (SnmpTrapd snmptrapd = SnmpTrapd.start(folder, port)) {
            node.send("nms", "somebody hears");
            await().atMost(SOON).until(() -> snmptrapd.said().contains("somebody hears"));
            await().atMost(SOON).until(() -> node.deviation("nms").isEmpty());
            assertThat(node.status("nms").failed()).isEqualTo(1);
        }
    }

    @Test
    void a_flood_is_cut_and_what_was_held_back_is_told_in_one_trap() {
        try (SnmpTrapd snmptrapd = SnmpTrapd.start(folder)) {
            Receiver limited = new Receiver(
                    "nms",
                    "127.0.0.1",
                    snmptrapd.port(),
                    new Community("public"),
                    false,
                    Duration.ofSeconds(1),
                    0,
                    50,
                    1000,
                    true);
            node.sender.apply(Samples.only(limited));

            for (int i = 0; i < 500; i++) {
                node.send("nms", "flood");
            }

            await().atMost(SOON).until(() -> snmptrapd.said().contains(".1.3.6.1.4.1.32473.1.0.3"));
            long held = node.status("nms").suppressed();
            assertThat(held).isBetween(400L, 450L);
            assertThat(snmptrapd.said()).contains(".1.3.6.1.4.1.32473.1.1.9.0 = Gauge32: " + held);
            assertThat(snmptrapd.traps().stream().filter(trap -> trap.contains("flood")))
                    .hasSize((int) (500 - held));
        }
    }

    private long kept() {
        return state.children("syslog-trap/outbox/nms").stream()
                .mapToLong(name -> OutboxStore.decode(
                                0, state.get("syslog-trap/outbox/nms/" + name).orElseThrow(), 0, 0, Outbox.LIFE)
                        .entries()
                        .size())
                .sum();
    }

    private Engine engine() {
        return Engine.of(state.get(Engine.KEY).orElseThrow());
    }

    private SnmpTrapd secure(Auth auth, Privacy privacy, boolean inform) {
        return secure(engine(), auth, privacy, inform);
    }

    private SnmpTrapd secure(Engine engine, Auth auth, Privacy privacy, boolean inform) {
        String authWord = auth == Auth.SHA_1 ? "SHA" : auth.toString();
        String privacyWord = privacy == Privacy.AES_128 ? "AES" : privacy.toString();
        return SnmpTrapd.start(
                folder,
                "createUser " + (inform ? "" : "-e 0x" + engine.id() + " ") + "mware " + authWord + " \""
                        + Samples.AUTH_PASSWORD + "\" " + privacyWord + " \"" + Samples.PRIVACY_PASSWORD + "\"",
                "authUser log mware priv");
    }

    private static Session session(Receiver receiver, AheadClock clock, Engine engine, long bootNanos) {
        var loop = new Loop(() -> {});
        loop.start();
        Session session = Session.of(receiver, new Session.Surroundings(loop, clock, clock.getAsLong()));
        session.engine(engine, bootNanos);
        session.connect(new InetSocketAddress("127.0.0.1", receiver.port()));
        return session;
    }

    private record AheadClock(long seconds) implements LongSupplier {
        @Override
        public long getAsLong() {
            return System.nanoTime() + seconds * 1_000_000_000L;
        }
    }
}
