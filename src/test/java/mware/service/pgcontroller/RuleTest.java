package mware.service.pgcontroller;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import mware.service.pgcontroller.HostLook.ControlState;
import mware.service.pgcontroller.HostLook.Guard;
import mware.service.pgcontroller.HostLook.Work;
import mware.service.pgcontroller.Memory.Request.Kind;
import mware.service.pgcontroller.Memory.Stage;
import mware.service.pgcontroller.PgGroup.Rejoin;
import mware.service.pgcontroller.SqlLook.Fork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each row of the table by which the controller decides. */
class RuleTest {

    /** A scene in which a row fits, and the step that it leads to; empty text for none. */
    record Row(Rule rule, String step, Supplier<Decision> decision) {
        @Override
        public String toString() {
            return rule + (step.isEmpty() ? "" : ": " + step);
        }
    }

    private static Scene scene() {
        return new Scene();
    }

    private static PgGroup synchronous() {
        return Pairs.group(Duration.ofSeconds(30), false, true, Rejoin.CLONE, false);
    }

    private static PgGroup guarded(int seconds) {
        return Pairs.group(Duration.ofSeconds(seconds), true, false, Rejoin.REWIND, true);
    }

    private static Row row(Rule rule, String step, Supplier<Decision> decision) {
        return new Row(rule, step, decision);
    }

    static List<Row> rows() {
        return Stream.of(anytime(), two(), one(), rejoin(), none())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Row> anytime() {
        return List.of(
                row(Rule.PAUSED, "", () -> {
                    Scene s = scene().memory(memory -> memory.pause(new Memory.Pause(0, "operator", "an upgrade")));
                    s.a.away();
                    return s.after(60);
                }),
                row(Rule.SOURCE_GONE, "", () -> {
                    Scene s = scene();
                    s.running = new Step.Clone("b", "a");
                    s.a.stopped(ControlState.IN_PRODUCTION);
                    return s.after(0);
                }),
                row(Rule.STEP_RUNS, "", () -> {
                    Scene s = scene();
                    s.running = new Step.Clone("b", "a");
                    return s.after(0);
                }),
                row(Rule.REINIT, "copy a to b", () -> scene().memory(
                                memory -> memory.request(scene().asked(Kind.REINIT, "b", false)))
                        .after(0)),
                row(Rule.REINIT, "copy a to b", () -> {
                    Scene s = scene().memory(memory -> memory.request(scene().asked(Kind.REINIT, "b", true)));
                    s.b.systemId = "2";
                    return s.after(0);
                }),
                row(Rule.REINIT_REFUSED, "", () -> {
                    Scene s = scene().memory(memory -> memory.request(scene().asked(Kind.REINIT, "b", false)));
                    s.b.systemId = "2";
                    return s.after(0);
                }),
                row(Rule.REINIT_REFUSED, "", () -> scene().memory(
                                memory -> memory.request(scene().asked(Kind.REINIT, "a", true)))
                        .after(0)),
                row(Rule.OTHER_CLUSTER, "", () -> {
                    Scene s = scene();
                    s.b.standby = false;
                    s.b.systemId = "2";
                    return s.after(0);
                }),
                row(Rule.STAGE_OVER, "", () -> scene().memory(
                                memory -> memory.stage(scene().stage(Stage.Kind.PROMOTING, "b", "a")))
                        .after(0)),
                row(Rule.SWITCH_STOPS, "", () -> {
                    Scene s = switching();
                    s.a.sql = new SqlLook.Busy("it shuts down");
                    return s.after(0);
                }),
                row(Rule.SWITCH_FINISH, "promote b", () -> {
                    Scene s = switching();
                    s.a.stopped(ControlState.SHUT_DOWN);
                    s.b.lsn = s.a.lsn + 100;
                    return s.after(0);
                }),
                row(Rule.SWITCH_UNDO, "start a again", () -> {
                    Scene s = switching();
                    s.a.stopped(ControlState.SHUT_DOWN);
                    s.a.lsn += 100;
                    return s.after(16);
                }),
                row(Rule.LEFT_OVER, "end what is left of a copy on b", () -> {
                    Scene s = scene();
                    s.b.stopped(ControlState.IN_ARCHIVE_RECOVERY).work = new Work(Work.Kind.CLONE, 3, true, 50, 1);
                    return s.after(0);
                }));
    }

    private static Scene switching() {
        return scene().memory(memory -> memory.stage(scene().stage(Stage.Kind.SWITCHING, "b", "a")));
    }

    private static Scene twoMasters() {
        Scene s = scene();
        s.b.standby = false;
        return s;
    }

    private static List<Row> two() {
        return List.of(
                row(Rule.MASTERS_REFEREE, "end PostgreSQL on a", () -> {
                    Scene s = twoMasters();
                    s.group = Pairs.group(Duration.ofSeconds(30), false, false, Rejoin.CLONE, true);
                    s.a.referee = Reach.SILENT;
                    s.b.referee = Reach.REACHED;
                    return s.after(0);
                }),
                row(Rule.MASTERS_TIMELINE, "end PostgreSQL on a", () -> {
                    Scene s = twoMasters();
                    s.b.at(2, s.a.lsn);
                    s.b.history.add(new Fork(1, new Lsn(s.a.lsn - 50)));
                    return s.after(0);
                }),
                row(Rule.MASTERS_RECORD, "end PostgreSQL on b", () -> twoMasters()
                        .after(0)),
                row(Rule.MASTERS_RECORD, "end PostgreSQL on b", () -> {
                    Scene s = twoMasters().memory(memory -> Memory.NONE);
                    s.a.noted = true;
                    s.b.noted = true;
                    return s.after(0);
                }),
                row(Rule.MASTERS_FIRST_START, "end PostgreSQL on b", () -> twoMasters()
                        .memory(memory -> Memory.NONE)
                        .after(0)),
                row(Rule.MASTERS_UNDECIDED, "", () -> {
                    Scene s = twoMasters().memory(memory -> Memory.NONE);
                    s.a.noted = true;
                    return s.after(0);
                }));
    }

    private static List<Row> one() {
        return List.of(
                row(Rule.MASTER_BY_FORCE, "", () -> scene().memory(
                                memory -> memory.master("b", 2, "1").request(scene().asked(Kind.FAILOVER, "a", true)))
                        .after(0)),
                row(Rule.MASTER_STALE_START, "start b again", () -> {
                    Scene s = scene().memory(memory -> memory.master("b", 2, "1"));
                    s.b.stopped(ControlState.IN_PRODUCTION).standby = false;
                    return s.after(0);
                }),
                row(Rule.MASTER_STALE, "", () -> {
                    Scene s = scene().memory(memory -> memory.master("b", 2, "1"));
                    s.b.away();
                    return s.after(0);
                }),
                row(Rule.MASTER_SEEN, "", () -> scene().memory(memory -> Memory.NONE)
                        .after(0)),
                row(Rule.MASTER_SEEN, "", () -> {
                    Scene s = scene();
                    s.a.timeline = 2;
                    s.b.timeline = 2;
                    return s.after(0);
                }),
                row(Rule.NOT_ELIGIBLE, "let commits on a wait no more", () -> {
                    Scene s = scene().memory(memory -> memory.waits(true).eligible(true));
                    s.group = synchronous();
                    s.a.names = "b";
                    s.b.away();
                    return s.after(6);
                }),
                row(Rule.COMMITS_WENT_ON, "", () -> {
                    Scene s = scene().memory(memory -> memory.waits(true).eligible(true));
                    s.group = synchronous();
                    return s.after(0);
                }),
                row(Rule.SWITCHOVER, "hand over from a to b", () -> scene().memory(
                                memory -> memory.request(scene().asked(Kind.SWITCHOVER, "b", false)))
                        .after(0)),
                row(Rule.SWITCHOVER_REFUSED, "", () -> {
                    Scene s = scene().memory(memory -> memory.request(scene().asked(Kind.SWITCHOVER, "b", false)));
                    s.b.away();
                    return s.after(0);
                }),
                row(Rule.FAILOVER_ENDS_MASTER, "end PostgreSQL on a", () -> scene().memory(
                                memory -> memory.request(scene().asked(Kind.FAILOVER, "b", true)))
                        .after(0)),
                row(Rule.FAILOVER_REFUSED, "", () -> {
                    Scene s = scene().memory(memory -> memory.request(scene().asked(Kind.FAILOVER, "b", true)));
                    s.a.host = new HostLook.LoginRefused("wrong password");
                    return s.after(0);
                }),
                row(Rule.GUARD_START, "start the guard on a", () -> {
                    Scene s = scene();
                    s.group = guarded(8);
                    return s.after(0);
                }),
                row(Rule.GUARD_START, "start the guard on a", () -> {
                    Scene s = scene();
                    s.group = guarded(8);
                    s.a.guard = new Guard(true, 19, Optional.empty());
                    return s.after(0);
                }),
                row(Rule.GUARD_END, "end the guard on b", () -> {
                    Scene s = scene();
                    s.b.guard = new Guard(true, 19, Optional.empty());
                    return s.after(0);
                }),
                row(Rule.READ_ONLY, "", () -> {
                    Scene s = scene();
                    s.a.writes = false;
                    return s.after(0);
                }),
                row(Rule.ELIGIBLE, "", () -> {
                    Scene s = scene().memory(memory -> memory.waits(true));
                    s.group = synchronous();
                    s.a.names = "b";
                    return s.after(0);
                }),
                row(Rule.COMMITS_WAIT, "let commits on a wait for the standby", () -> {
                    Scene s = scene();
                    s.group = synchronous();
                    return s.after(0);
                }),
                row(Rule.COMMITS_FREE, "let commits on a wait no more", () -> {
                    Scene s = scene().memory(memory -> memory.waits(true));
                    s.a.names = "b";
                    return s.after(0);
                }),
                row(Rule.STREAMS_NOTED, "", () -> scene().after(14)),
                row(Rule.MASTER_NOTED, "note in the database that a is the master", () -> scene().memory(
                                memory -> memory.noted(null))
                        .after(0)),
                row(Rule.BEHIND, "", () -> {
                    Scene s = scene();
                    s.a.lsn += 17 << 20;
                    s.after(0);
                    s.b.lsn += 1;
                    return s.after(0);
                }),
                row(Rule.HEALTHY, "", () -> scene().after(0)));
    }

    private static List<Row> rejoin() {
        return List.of(
                row(Rule.STANDBY_UNCLEAR, "", () -> {
                    Scene s = scene();
                    s.b.away();
                    s.b.host = new HostLook.KeyChanged("another host key");
                    return s.after(0);
                }),
                row(Rule.STANDBY_UNCLEAR, "", () -> {
                    Scene s = scene();
                    s.b.stopped(ControlState.UNREADABLE);
                    return s.after(0);
                }),
                row(Rule.STANDBY_AWAY, "", () -> {
                    Scene s = scene();
                    s.b.away();
                    return s.after(0);
                }),
                row(Rule.STANDBY_HUNG, "end PostgreSQL on b", () -> {
                    Scene s = scene();
                    s.b.hung();
                    return s.after(62);
                }),
                row(Rule.STANDBY_STARTS, "", () -> {
                    Scene s = scene();
                    s.b.sql = new SqlLook.Busy("it starts");
                    return s.after(0);
                }),
                row(Rule.STANDBY_BACK, "", () -> scene().memory(
                                memory -> memory.stage(scene().stage(Stage.Kind.REJOINING, "b", "a")))
                        .after(0)),
                row(Rule.STANDBY_SETTLES, "", () -> {
                    Scene s = scene();
                    s.a.lsn += 1000;
                    return s.after(12);
                }),
                row(Rule.REJOIN_FOLLOW, "let b follow a", () -> {
                    Scene s = scene();
                    s.b.stopped(ControlState.SHUT_DOWN_IN_RECOVERY);
                    return s.after(0);
                }),
                row(Rule.REJOIN_FOLLOW, "let b follow a", () -> {
                    Scene s = scene();
                    s.a.lsn += 1000;
                    return s.after(32);
                }),
                row(Rule.REJOIN_FOLLOW, "let b follow a", () -> formerMaster(ControlState.SHUT_DOWN, -10)),
                row(Rule.REJOIN_REWIND, "rewind b to a", () -> {
                    Scene s = formerMasterScene(ControlState.IN_PRODUCTION, 0);
                    s.group = Pairs.group(Duration.ofSeconds(30), false, false, Rejoin.REWIND, false);
                    return s.after(0);
                }),
                row(Rule.REJOIN_CLONE, "copy a to b", () -> formerMaster(ControlState.IN_PRODUCTION, 0)),
                row(Rule.REJOIN_CLONE, "copy a to b", () -> formerMaster(ControlState.SHUT_DOWN, 10)),
                row(Rule.REJOIN_CLONE, "copy a to b", () -> {
                    Scene s = scene();
                    s.b.stopped(ControlState.MISSING).standby = false;
                    return s.after(0);
                }),
                row(Rule.REJOIN_CLONE, "copy a to b", () -> {
                    Scene s = scene().memory(memory -> memory.master("a", 2, "1"));
                    s.a.at(2, s.a.lsn).history.add(new Fork(1, new Lsn(s.a.lsn - 50)));
                    return s.after(0); // looks up, and is on a forked timeline
                }),
                row(Rule.REJOIN_CLONE, "copy a to b", () -> {
                    Scene s = scene();
                    s.b.stopped(ControlState.SHUT_DOWN_IN_RECOVERY);
                    return s.failed(new Step.Follow("b", "a"), 2).after(0);
                }),
                row(Rule.REJOIN_WAITS, "", () -> {
                    Scene s = scene();
                    s.b.stopped(ControlState.SHUT_DOWN_IN_RECOVERY);
                    return s.failsNow(new Step.Follow("b", "a")).after(0);
                }));
    }

    private static Scene formerMasterScene(ControlState state, long alone) {
        Scene s = scene().memory(memory -> memory.master("a", 2, "1"));
        s.a.at(2, s.a.lsn + 100).history.add(new Fork(1, new Lsn(5000)));
        s.b.stopped(state).at(1, 5000 + alone).standby = false;
        return s;
    }

    private static Decision formerMaster(ControlState state, long alone) {
        return formerMasterScene(state, alone).after(0);
    }

    private static List<Row> none() {
        return List.of(
                row(Rule.UNKNOWN_MASTER, "", () -> {
                    Scene s = scene().memory(memory -> Memory.NONE);
                    s.a.standby();
                    return s.after(0);
                }),
                row(Rule.FAILOVER_PROMOTES, "promote b", () -> {
                    Scene s = scene().memory(memory -> memory.request(scene().asked(Kind.FAILOVER, "b", true)));
                    s.a.away();
                    return s.after(12);
                }),
                row(Rule.FAILOVER_WAITS, "", () -> {
                    Scene s = scene().memory(memory -> memory.request(scene().asked(Kind.FAILOVER, "b", true)));
                    s.a.away();
                    s.b.peer = Reach.REACHED;
                    return s.after(12);
                }),
                row(Rule.LAST_UNCLEAR, "", () -> {
                    Scene s = scene();
                    s.a.away().host = new HostLook.LoginRefused("wrong password");
                    return s.after(60);
                }),
                row(Rule.LAST_UNCLEAR, "", () -> {
                    Scene s = scene();
                    s.a.sql = new SqlLook.NotLetIn("no pg_hba.conf entry");
                    return s.after(60);
                }),
                row(Rule.BOTH_STANDBY, "promote a", () -> {
                    Scene s = scene();
                    s.a.standby();
                    return s.after(32);
                }),
                row(Rule.RESTART_IN_PLACE, "start a again", () -> {
                    Scene s = scene();
                    s.a.stopped(ControlState.IN_PRODUCTION);
                    return s.after(0);
                }),
                row(Rule.RESTART_IN_PLACE, "start a again", () -> {
                    Scene s = scene();
                    s.a.stopped(ControlState.IN_PRODUCTION).orphans = 1;
                    return s.after(0);
                }),
                row(Rule.RECOVERS, "", () -> {
                    Scene s = scene();
                    s.a.sql = new SqlLook.Busy("it recovers");
                    return s.after(60);
                }),
                row(Rule.LOST, "", () -> {
                    Scene s = scene();
                    s.a.away();
                    return s.after(20);
                }),
                row(Rule.BOTH_DOWN, "start b again", () -> {
                    Scene s = scene();
                    s.a.away();
                    s.b.stopped(ControlState.SHUT_DOWN_IN_RECOVERY);
                    return s.after(32);
                }),
                row(Rule.NOT_PROMOTABLE_START, "start a again", () -> {
                    Scene s = scene();
                    s.a.stopped(ControlState.SHUT_DOWN);
                    s.b.away();
                    return s.after(32);
                }),
                row(Rule.STANDBY_ABSENT, "", () -> {
                    Scene s = scene();
                    s.a.away();
                    s.b.away();
                    return s.after(60);
                }),
                row(Rule.STANDBY_FORKED, "", () -> {
                    Scene s = scene().memory(memory -> memory.master("a", 2, "1"));
                    s.a.away();
                    return s.after(60);
                }),
                row(Rule.STANDBY_NOT_ELIGIBLE, "", () -> {
                    Scene s = scene();
                    s.group = synchronous();
                    s.a.away();
                    return s.after(60);
                }),
                row(Rule.STANDBY_NOT_STREAMING, "", () -> {
                    Scene s = scene().memory(
                                    memory -> memory.streamed("b", scene().now().minusSeconds(500), 0, Lsn.NONE))
                            .successor();
                    s.a.away();
                    return s.after(60);
                }),
                row(Rule.STANDBY_BEHIND, "", () -> {
                    Scene s = scene();
                    s.a.lsn += 17 << 20;
                    s.after(0);
                    s.a.away();
                    return s.after(32);
                }),
                row(Rule.STANDBY_RECEIVES, "", () -> {
                    Scene s = scene();
                    s.a.away();
                    s.after(28);
                    s.b.lsn += 1;
                    return s.after(2);
                }),
                row(Rule.STANDBY_RECEIVES, "", () -> {
                    Scene s = scene();
                    s.a.away();
                    s.b.peer = Reach.REACHED;
                    return s.after(60);
                }),
                row(Rule.REFEREE_SILENT, "", () -> {
                    Scene s = scene();
                    s.group = Pairs.group(Duration.ofSeconds(30), false, false, Rejoin.CLONE, true);
                    s.a.away();
                    s.b.referee = Reach.SILENT;
                    return s.after(32);
                }),
                row(Rule.LAST_SEEN_ALIVE, "", () -> {
                    Scene s = scene();
                    s.a.hung();
                    s.after(26);
                    s.a.away();
                    return s.after(8);
                }),
                row(Rule.LAST_SEEN_ALIVE, "", () -> {
                    Scene s = scene(); // 8 s, and no guard was seen there
                    s.group = guarded(8);
                    s.b.referee = Reach.REACHED;
                    s.a.away();
                    return s.after(12);
                }),
                row(Rule.FENCE, "end PostgreSQL on a", () -> {
                    Scene s = scene();
                    s.a.hung();
                    return s.after(32);
                }),
                row(Rule.PROMOTE, "promote b", () -> {
                    Scene s = scene();
                    s.a.away();
                    return s.after(32);
                }),
                row(Rule.PROMOTE, "promote b", () -> {
                    Scene s = scene();
                    s.a.stopped(ControlState.SHUT_DOWN);
                    return s.after(32);
                }),
                row(Rule.PROMOTE, "promote b", () -> {
                    Scene s = scene();
                    s.a.stopped(ControlState.IN_PRODUCTION);
                    return s.failed(new Step.Start("a"), 3).after(32);
                }),
                row(Rule.PROMOTE, "promote b", () -> {
                    Scene s = scene();
                    s.group = guarded(8);
                    s.a.guard = new Guard(true, 4, Optional.empty());
                    s.b.referee = Reach.REACHED;
                    s.after(0);
                    s.a.away();
                    return s.after(10);
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void a_row_leads_to_its_step(Row row) {
        Decision decision = row.decision().get();

        assertThat(decision.rule()).as(decision.words()).isEqualTo(row.rule());
        assertThat(decision.step().map(Step::words).orElse("")).isEqualTo(row.step());
        assertThat(decision.reason()).isNotBlank();
        assertThat(decision.wrong() && decision.step().isEmpty() ? decision.next() : "not needed")
                .as("what comes next")
                .isNotBlank();
    }

    @Test
    void every_row_of_the_table_has_a_test() {
        var tested = EnumSet.noneOf(Rule.class);
        rows().forEach(row -> tested.add(row.rule()));

        assertThat(EnumSet.complementOf(tested)).isEmpty();
    }

    @Test
    void a_promotion_says_when_it_will_be() {
        Scene s = scene();
        s.a.away();

        Decision decision = s.after(18);

        assertThat(decision.next()).isEqualTo("promote b");
        assertThat(decision.at()).isEqualTo(s.now().plusSeconds(30 - 18));
    }

    @Test
    void a_clean_stop_is_said_to_be_one() {
        Scene s = scene();
        s.a.stopped(ControlState.SHUT_DOWN);

        assertThat(s.after(32).reason()).contains("stopped cleanly, as by an operator");
    }

    @Test
    void what_the_loser_wrote_alone_is_told_before_it_is_moved() {
        Scene s = twoMasters();
        s.b.at(2, s.a.lsn).history.add(new Fork(1, new Lsn(s.a.lsn - 50)));

        assertThat(s.after(0).reason()).contains("wrote 50 bytes alone");
    }

    @Test
    void a_standby_that_falls_out_is_noted_before_commits_go_on() {
        Scene s = scene().memory(memory -> memory.waits(true).eligible(true));
        s.group = synchronous();
        s.a.names = "b";
        s.b.away();

        assertThat(s.after(6).memory().eligible()).isFalse();
    }

    @Test
    void each_promotion_is_a_new_term_that_is_kept_before() {
        Scene s = scene();
        long before = s.memory.term();
        s.a.away();

        Decision decision = s.after(32);

        assertThat(decision.memory().term()).isEqualTo(before + 1);
        assertThat(decision.memory().stage().server()).isEqualTo("b");
        assertThat(Map.of("a", "b")).containsEntry(decision.memory().stage().from(), "b");
    }
}
