package mware.service.pgcontroller;

import java.util.Optional;
import mware.service.pgcontroller.HostLook.Postmaster;
import mware.service.pgcontroller.HostLook.Seen;
import mware.service.pgcontroller.SqlLook.Answers;

/**
 * What was seen of one server.
 *
 * @param server its name
 */
public record ServerLook(String server, SqlLook sql, HostLook host) {

    /** What it comes to: three ways of not answering that are not the same. */
    public enum Life {
        /** It answers SQL. */
        ANSWERS,
        /** It is there, or its main process is, and it gives no answer that helps. */
        MUTE,
        /** We are logged in, and no process of this PostgreSQL is left. */
        POSTGRES_GONE,
        /** We are logged in: the main process is gone, and backends live on without it. */
        ORPHANS,
        /** Neither PostgreSQL nor SSH answers at all. */
        HOST_GONE,
        /** It does not answer SQL, and we were not let in to see why. */
        CANNOT_TELL
    }

    /** What it comes to. */
    public Life life() {
        if (sql instanceof Answers) {
            return Life.ANSWERS;
        }
        if (sql instanceof SqlLook.Busy || sql instanceof SqlLook.NotLetIn) {
            return Life.MUTE;
        }
        Optional<Seen> seen = host.seen();
        if (seen.isPresent()) {
            return switch (seen.get().postmaster()) {
                case RUNS -> Life.MUTE;
                case GONE -> seen.get().orphans() > 0 ? Life.ORPHANS : Life.POSTGRES_GONE;
                case UNCLEAR -> Life.CANNOT_TELL;
            };
        }
        return host instanceof HostLook.Silent || host instanceof HostLook.Refused ? Life.HOST_GONE : Life.CANNOT_TELL;
    }

    /** Its answer as a master, whether or not it takes writes. */
    public Optional<Answers> master() {
        return sql.answers().filter(answers -> !answers.inRecovery());
    }

    /** Its answer as a standby. */
    public Optional<Answers> standby() {
        return sql.answers().filter(Answers::inRecovery);
    }

    /** Whether we are logged in and can act there. */
    public boolean isOpen() {
        return host instanceof Seen seen && seen.postmaster() != Postmaster.UNCLEAR;
    }

    /** In words, why it gives no answer; empty text when it answers. */
    public String why() {
        String said = sql instanceof SqlLook.Busy busy
                ? busy.why()
                : sql instanceof SqlLook.NotLetIn refused
                        ? refused.why()
                        : sql instanceof SqlLook.Refused refused
                                ? refused.why()
                                : sql instanceof SqlLook.Silent silent ? silent.why() : "";
        String host = this.host instanceof HostLook.LoginRefused refused
                ? refused.why()
                : this.host instanceof HostLook.KeyChanged changed
                        ? changed.why()
                        : this.host instanceof HostLook.Refused refused
                                ? refused.why()
                                : this.host instanceof HostLook.Silent silent ? silent.why() : "";
        return said.isEmpty() || host.isEmpty() ? said + host : said + "; SSH: " + host;
    }
}
