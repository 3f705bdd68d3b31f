package mware.service.udpecho;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EchoPolicyTest {

    private static final int OWN_PORT = 7007;

    private final Sources sources = new Sources();
    private int mark;

    @ParameterizedTest(name = "{0} port {1} -> {2}")
    @CsvSource({
        "10.1.2.3,  40000, ECHO",
        "10.1.2.3,   1024, ECHO",
        "10.1.2.3,   1023, SYSTEM_PORT",
        "10.1.2.3,      7, SYSTEM_PORT",
        "10.1.2.3,      0, SYSTEM_PORT",
        "10.1.2.3,   7007, OWN_PORT",
        "10.1.2.3,   7008, ECHO",
        "127.0.0.1,  7007, OWN_PORT",
        "127.0.0.1, 40000, ECHO",
        "11.1.2.3,  40000, FOREIGN_NETWORK",
        "fd00::9,   40000, ECHO",
        "fd01::9,   40000, FOREIGN_NETWORK",
    })
    void who_gets_an_answer(String address, int port, Verdict expected) {
        assertThat(decide(policy(OptionalInt.empty()), address, port, 0)).isEqualTo(expected);
    }

    @Test
    void nobody_is_answered_when_no_network_is_allowed() {
        EchoPolicy policy = new EchoPolicy(List.of(), OptionalInt.empty());

        assertThat(decide(policy, "127.0.0.1", 40_000, 0)).isEqualTo(Verdict.FOREIGN_NETWORK);
    }

    @Test
    void a_source_gets_its_rate_and_one_second_of_burst_whatever_ports_it_uses() {
        EchoPolicy policy = policy(OptionalInt.of(100));

        assertThat(answered(policy, "10.0.0.1", 1000, 0)).isEqualTo(100);
        assertThat(answered(policy, "10.0.0.1", 1000, 500)).isEqualTo(50);
        assertThat(answered(policy, "10.0.0.2", 1000, 500)).isEqualTo(100);
        assertThat(answered(policy, "10.0.0.1", 1000, 60_000)).isEqualTo(100);
    }

    @Test
    void loopback_is_limited_only_where_the_setting_says_so() {
        assertThat(answered(policy(OptionalInt.empty()), "127.0.0.1", 50_000, 0))
                .isEqualTo(50_000);
        assertThat(answered(policy(OptionalInt.empty()), "10.0.0.1", 50_000, 0)).isEqualTo(EchoPolicy.DEFAULT_RATE);
        assertThat(answered(policy(OptionalInt.of(7)), "127.0.0.2", 50_000, 0)).isEqualTo(7);
    }

    @Test
    void a_flood_of_forged_sources_takes_bounded_memory_and_one_rate_and_leaves_the_known_ones_alone() {
        EchoPolicy policy = policy(OptionalInt.of(100));
        answered(policy, "10.0.0.1", 1, 0);
        int flooded = 0;
        int known = 0;
        for (int i = 0; i < 1_000_000; i++) {
            String forged = "10." + (1 + i / 65_536) + "." + (i / 256 % 256) + "." + i % 256;
            flooded += answered(policy, forged, 1, 100);
            if (i % 20_000 == 0) {
                known += answered(policy, "10.0.0.1", 1, 100);
            }
        }

        assertThat(sources.remembered()).isEqualTo(Sources.PLACES);
        assertThat(flooded).isEqualTo(Sources.PLACES - 1 + 100);
        assertThat(known).isEqualTo(50);
    }

    @Test
    void sources_that_fell_silent_make_room_for_new_ones() {
        EchoPolicy policy = policy(OptionalInt.of(100));
        IntStream.range(0, Sources.PLACES).forEach(i -> answered(policy, "10.9." + i / 256 + "." + i % 256, 1, 0));

        assertThat(answered(policy, "10.0.0.1", 1000, 1001)).isEqualTo(100);
        assertThat(answered(policy, "10.0.0.2", 1000, 1001)).isEqualTo(100);
        assertThat(sources.remembered()).isEqualTo(Sources.PLACES);
        assertThat(sources.seen()).isEqualTo(Sources.PLACES + 2);
    }

    @Test
    void a_refused_source_is_not_remembered() {
        decide(policy(OptionalInt.empty()), "11.1.1.1", 40_000, 0);
        decide(policy(OptionalInt.empty()), "10.1.1.1", 53, 0);

        assertThat(sources.remembered()).isZero();
    }

    @ParameterizedTest(name = "{0} payloads that go round end")
    @CsvSource({"1", "2", "7", "500"})
    void payloads_that_go_round_end_one_after_the_other(int circulating) {
        EchoPolicy policy = policy(OptionalInt.empty());
        List<Integer> round =
                new ArrayList<>(IntStream.rangeClosed(1, circulating).boxed().toList());
        long passes = 0;
        while (!round.isEmpty() && passes < 50_000_000) {
            passes += round.size();
            round.removeIf(payload -> {
                mark = payload;
                return policy.decide(new InetSocketAddress("127.0.0.1", 9000), OWN_PORT, mark, sources, 0)
                        == Verdict.LOOP;
            });
            if (circulating > 7 && round.size() < circulating) {
                break; // one out of many shows it; all of them would take long
            }
        }

        assertThat(round.size()).isLessThan(circulating);
        assertThat(passes).isLessThan(50_000_000);
    }

    @Test
    void payloads_that_differ_are_never_taken_for_a_loop() {
        EchoPolicy policy = policy(OptionalInt.empty());

        assertThat(answered(policy, "127.0.0.1", 1_000_000, 0)).isEqualTo(1_000_000);
    }

    private static EchoPolicy policy(OptionalInt rate) {
        return new EchoPolicy(
                List.of(
                        Network.LOOPBACK_4,
                        Network.LOOPBACK_6,
                        Network.parse("10.0.0.0/8"),
                        Network.parse("fd00::/16")),
                rate);
    }

    private Verdict decide(EchoPolicy policy, String address, int port, long millis) {
        return policy.decide(
                new InetSocketAddress(address, port), OWN_PORT, mark++, sources, TimeUnit.MILLISECONDS.toNanos(millis));
    }

    /** How many of {@code asked} datagrams from ever new ports are answered at that time. */
    private int answered(EchoPolicy policy, String address, int asked, long millis) {
        int answered = 0;
        for (int i = 0; i < asked; i++) {
            answered += decide(policy, address, 20_000 + i % 40_000, millis) == Verdict.ECHO ? 1 : 0;
        }
        return answered;
    }
}
