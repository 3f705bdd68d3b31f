package mware.service.pgcontroller;

/**
 * One thing to do on a server of a pair; the servers are named as in {@link PgServer#name()}.
 *
 * <p>Every step may be done again when it was cut off or its end is not known, and comes to the same.
 */
public sealed interface Step {

    /** The server that it is done on, or mostly. */
    String server();

    /** In words for a log line, such as {@code promote db2.local}. */
    String words();

    /** Starts a PostgreSQL that is stopped, as what it was; orphan backends are ended first. Done when it answers SQL. */
    record Start(String server) implements Step {
        @Override
        public String words() {
            return "start " + server + " again";
        }
    }

    /**
     * Stops PostgreSQL at once ({@code -m immediate}, then signals) and ends all that is left of it, a clone or rewind
     * too; done when no process of the data folder lives.
     */
    record Fence(String server) implements Step {
        @Override
        public String words() {
            return "end PostgreSQL on " + server;
        }
    }

    /**
     * Makes a standby the master: removes the signal file there, {@code pg_ctl promote}, the signal file where that
     * fails on 12 to 15; done when it takes writes. One that takes writes already is done. {@code
     * synchronous_standby_names}, which a copy may have brought along, is emptied before.
     */
    record Promote(String server) implements Step {
        @Override
        public String words() {
            return "promote " + server;
        }
    }

    /**
     * Hands over without loss: checkpoint on {@code server}, a clean stop of it, wait until {@code to} has its last LSN,
     * promote {@code to} as with {@link Promote}. Where {@code to} does not get there in time, {@code server} is started again and the outcome is
     * FAILED.
     */
    record HandOver(String server, String to) implements Step {
        @Override
        public String words() {
            return "hand over from " + server + " to " + to;
        }
    }

    /**
     * Makes a server, whatever it was, a standby of {@code master} on the data that it has: stop where it runs as a master
     * or follows something else, signal files removed, standby.signal and primary_conninfo written, start; accepted when
     * system id and timeline match and its LSN passes the master's taken before. FAILED, and stopped, where it is not.
     */
    record Follow(String server, String master) implements Step {
        @Override
        public String words() {
            return "let " + server + " follow " + master;
        }
    }

    /** As {@link Follow}, after {@code pg_rewind}; what it had alone is kept in the backup folder as far as it can be. */
    record Rewind(String server, String master) implements Step {
        @Override
        public String words() {
            return "rewind " + server + " to " + master;
        }
    }

    /** As {@link Follow}, on a full copy of {@code master}; the old data folder is moved to the backup folder. */
    record Clone(String server, String master) implements Step {
        @Override
        public String words() {
            return "copy " + master + " to " + server;
        }
    }

    /**
     * Ends a clone or rewind that somebody left, by process group, and puts the data folder back where it was moved away;
     * {@code <data>.new} is removed. PostgreSQL is not started.
     */
    record EndWork(String server) implements Step {
        @Override
        public String words() {
            return "end what is left of a copy on " + server;
        }
    }

    /** Starts the guard on a master, or one with another patience in its place. */
    record StartGuard(String server) implements Step {
        @Override
        public String words() {
            return "start the guard on " + server;
        }
    }

    /** Ends the guard. */
    record StopGuard(String server) implements Step {
        @Override
        public String words() {
            return "end the guard on " + server;
        }
    }

    /** Sets {@code synchronous_standby_names} of a master to the standby's name, or to none, and reloads. */
    record Synchronous(String server, boolean on) implements Step {
        @Override
        public String words() {
            return on
                    ? "let commits on " + server + " wait for the standby"
                    : "let commits on " + server + " wait no more";
        }
    }

    /** Writes into the master's database that it is the master; DONE too where the user may not. */
    record Remember(String server) implements Step {
        @Override
        public String words() {
            return "note in the database that " + server + " is the master";
        }
    }
}
