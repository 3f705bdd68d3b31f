package mware.service.pgcontroller;

import java.util.Optional;
import java.util.function.Function;

/** The table by which the controller decides: the first row that fits is what is done. */
public enum Rule {
    PAUSED("an operator paused the pair", "nothing, until it is resumed", Anytime::paused),
    SOURCE_GONE(
            "a standby is being made, and its master is gone or silent for 10 s", "end that step", Anytime::sourceGone),
    STEP_RUNS("a step is being done", "wait for its end", Anytime::stepRuns),
    REINIT(
            "an operator asked for a new copy, and the other server is the master",
            "copy the master; without `force` only within the same cluster",
            Anytime::reinit),
    REINIT_REFUSED(
            "an operator asked for a new copy of the master itself, or of another cluster without `force`",
            "drop the request, with the reason",
            Anytime::reinitRefused),
    OTHER_CLUSTER(
            "the two servers have different system identifiers",
            "touch nothing; an operator says by `reinit` with `force` which one becomes a copy",
            Anytime::otherCluster),
    STAGE_OVER(
            "a promotion or switchover was begun, and exactly one master answers",
            "remember who it is",
            Anytime::stageOver),
    SWITCH_STOPS("a switchover was begun, and the old master is stopping", "wait for it", Anytime::switchStops),
    SWITCH_FINISH(
            "a switchover was begun, the old master stopped cleanly and the standby has its last LSN",
            "promote the standby",
            Anytime::switchFinish),
    SWITCH_UNDO(
            "a switchover was begun, the old master is stopped and the standby does not have its last LSN",
            "start the old master again",
            Anytime::switchUndo),
    MASTERS_REFEREE("two masters, and only one reaches the referee", "end the other", TwoMasters::referee),
    MASTERS_TIMELINE(
            "two masters, and the timeline of one descends from the other's",
            "keep the descendant, end the other",
            TwoMasters::timeline),
    MASTERS_RECORD("two masters, and one is the last that was recorded", "keep it, end the other", TwoMasters::record),
    MASTERS_FIRST_START(
            "two masters, and nobody was ever recorded as one",
            "keep the first of the list, end the other",
            TwoMasters::firstStart),
    MASTERS_UNDECIDED("two masters, and nothing to go by", "touch nothing", TwoMasters::undecided),
    MASTER_BY_FORCE(
            "one master, and an operator asked by `failover` that it be that one", "remember it", OneMaster::byForce),
    MASTER_STALE_START(
            "one master, which is not the last one or has an older timeline; the last one is stopped on a living host",
            "start the last one; of the two masters the right one stays",
            OneMaster::startLast),
    MASTER_STALE(
            "one master, which is not the last one or has an older timeline",
            "touch nothing; the last master, or an operator by `failover` with `force`, is waited for",
            OneMaster::stale),
    MASTER_SEEN("one master, which is new, or on a new timeline", "remember it", OneMaster::seen),
    NOT_ELIGIBLE(
            "commits wait for a standby that has not streamed for 5 s",
            "note that it must not be promoted, then let commits go on without it",
            OneMaster::notEligible),
    COMMITS_WENT_ON(
            "`synchronous` is on, and commits were found not to wait",
            "note that the standby must not be promoted",
            OneMaster::commitsWentOn),
    LEFT_OVER(
            "a copy, a rewind or a moved data folder was left by another term or a broken step",
            "end its process group and put the data folder back",
            Anytime::leftOver),
    SWITCHOVER(
            "an operator's switchover is due, and the standby streams within `maximum_lag`",
            "checkpoint, stop the master, wait for the last LSN, promote the standby",
            OneMaster::switchover),
    SWITCHOVER_REFUSED(
            "an operator's switchover is due, and the standby does not stream so",
            "drop the request, with the reason",
            OneMaster::switchoverRefused),
    FAILOVER_ENDS_MASTER(
            "an operator's failover from a master that answers, and we are logged in there",
            "end the master",
            OneMaster::failoverEndsMaster),
    FAILOVER_REFUSED(
            "an operator's failover from a master that answers, and we cannot end it",
            "drop the request: nobody is promoted beside a master that takes writes",
            OneMaster::failoverRefused),
    GUARD_START("`guard` is on, and none of the right patience runs on the master", "start it", OneMaster::guardStart),
    GUARD_END("a guard runs where none is wanted", "end it", OneMaster::guardEnd),
    READ_ONLY("the master does not take writes by its own settings", "touch nothing", OneMaster::readOnly),
    STANDBY_UNCLEAR(
            "the standby does not let us in (password, key, host key, pg_hba.conf), or its processes or data cannot be read",
            "nothing: it may be sound",
            OneMaster::standbyUnclear),
    STANDBY_AWAY("the standby's host does not answer", "wait for it", OneMaster::standbyAway),
    STANDBY_HUNG("the standby's main process runs and gave no answer for 60 s", "end it", OneMaster::standbyHung),
    STANDBY_STARTS("the standby starts or recovers", "wait for it", OneMaster::standbyStarts),
    STANDBY_BACK("the standby streams again", "remember it", OneMaster::standbyBack),
    STANDBY_SETTLES(
            "the standby is on the master's timeline, and was not seen to stream for less than 20 s",
            "wait",
            OneMaster::standbySettles),
    REJOIN_FOLLOW(
            "the server is stopped or does not stream, and its timeline allows it to follow",
            "let it follow the master",
            OneMaster::rejoinFollow),
    REJOIN_REWIND(
            "its timeline forked, or following failed twice, and `rejoin` is `rewind`",
            "pg_rewind, then follow",
            OneMaster::rejoinRewind),
    REJOIN_CLONE(
            "its timeline forked, or following or rewinding failed, or it has no data",
            "copy the master; the old data is moved to the backup folder",
            OneMaster::rejoinClone),
    REJOIN_WAITS("the last try to make a standby failed", "wait, longer each time", OneMaster::rejoinWaits),
    ELIGIBLE(
            "`synchronous` is on, commits wait, and the standby has what the master had before",
            "note that it may be promoted",
            OneMaster::eligible),
    COMMITS_WAIT("`synchronous` is on, and the standby streams", "let commits wait for it", OneMaster::commitsWait),
    COMMITS_FREE(
            "commits wait for the standby, and `synchronous` is off", "let them wait no more", OneMaster::commitsFree),
    STREAMS_NOTED("the standby streams, and that was not kept for 10 s", "keep it", OneMaster::streamsNoted),
    MASTER_NOTED(
            "the database does not say who the master is",
            "write it there, where the user may",
            OneMaster::masterNoted),
    BEHIND("the standby streams and lies further behind than `maximum_lag`", "wait", OneMaster::behind),
    HEALTHY("one master, one standby that streams", "nothing", OneMaster::healthy),
    UNKNOWN_MASTER(
            "no master, and nothing says which server was it",
            "touch nothing; an operator names one by `failover` with `force`",
            NoMaster::unknown),
    FAILOVER_PROMOTES(
            "an operator's failover, and the last master does not take writes as far as anybody can see",
            "promote the server that was named, whatever is lost",
            NoMaster::failoverPromotes),
    FAILOVER_WAITS(
            "an operator's failover, and the server that was named is not a standby that we can reach, or still receives",
            "drop the request, with the reason",
            NoMaster::failoverWaits),
    LAST_UNCLEAR(
            "the last master does not let us in (password, key, host key, pg_hba.conf), or its processes cannot be read",
            "nothing: it may be sound",
            NoMaster::lastUnclear),
    BOTH_STANDBY(
            "both are standbys for `promote_after`",
            "promote the one that is further; the last master where both are equal",
            NoMaster::bothStandby),
    RESTART_IN_PLACE(
            "the last master crashed on a living host, `restart_in_place` is on, fewer than 3 tries failed",
            "end what is left of it and start it again",
            NoMaster::restartInPlace),
    RECOVERS(
            "the last master says that it starts, stops or recovers, for less than 300 s",
            "wait for it",
            NoMaster::recovers),
    LOST("the master is lost for less than `promote_after`", "wait", NoMaster::lost),
    BOTH_DOWN("the standby is stopped, too, on a living host", "start it as what it was", NoMaster::startStandby),
    NOT_PROMOTABLE_START(
            "the standby must not be promoted, and the last master could be started",
            "start the last master",
            NoMaster::startLast),
    STANDBY_ABSENT(
            "the standby does not answer, or we are not logged in there", "wait for it", NoMaster::standbyAbsent),
    STANDBY_FORKED("the standby is on another timeline than the master was", "never promote it", NoMaster::forked),
    STANDBY_NOT_ELIGIBLE(
            "in synchronous mode, commits went on without the standby", "never promote it", NoMaster::notEligible),
    STANDBY_NOT_STREAMING(
            "the standby did not stream within 60 s before the loss", "do not promote it", NoMaster::notStreaming),
    STANDBY_BEHIND("the standby lies further behind than `maximum_lag`", "do not promote it", NoMaster::tooFarBehind),
    STANDBY_RECEIVES(
            "the standby still receives, or reaches the master's port while we do not",
            "wait: the master lives",
            NoMaster::stillReceives),
    REFEREE_SILENT(
            "a referee is configured, and the standby does not reach it", "do not promote it", NoMaster::refereeSilent),
    LAST_SEEN_ALIVE(
            "the last master's processes were seen within `promote_after` (30 s without its guard), and its host is silent now",
            "wait",
            NoMaster::seenAlive),
    FENCE(
            "all evidence for a promotion is there, and processes of the last master live on a host we are logged in to",
            "end them",
            NoMaster::fence),
    PROMOTE(
            "all evidence for a promotion is there: SQL failed for `promote_after`; no process was found, or the host is silent; the standby streamed, is near, receives no more, reaches the referee",
            "promote the standby",
            NoMaster::promote);

    private final String when;
    private final String then;
    private final Function<Situation, Optional<Decision>> row;

    Rule(String when, String then, Function<Situation, Optional<Decision>> row) {
        this.when = when;
        this.then = then;
        this.row = row;
    }

    /** When it fits, in words. */
    public String when() {
        return when;
    }

    /** What is done then, in words. */
    public String then() {
        return then;
    }

    Optional<Decision> look(Situation situation) {
        return row.apply(situation);
    }
}
