package mware.service.pgcontroller;

import java.util.Optional;
import mware.core.config.Secret;

/**
 * One of the two servers of a pair: how it is reached, and where its things are.
 *
 * @param name what people and the API call it: {@code pg_host}, with the port where both have the same host
 * @param sshHost host for SSH
 * @param sshPort default 22
 * @param sshUser user for SSH, who owns the data folder
 * @param sshPassword empty where a public key is set up
 * @param sshHostKey fingerprint of the host key, {@code SHA256:...}; empty: the one of the first log-in is kept
 * @param pgHost host at which PostgreSQL is reached, by replicas too
 * @param pgPort default 5432
 * @param replicaUser PostgreSQL user with the right to replicate, the same on both
 * @param replicaPassword its password, the same on both
 * @param pgCtl command for {@code pg_ctl}; the other tools of the same version lie beside it
 * @param pgBasebackup command for {@code pg_basebackup}
 * @param database default {@code postgres}
 * @param dataFolder data folder, an absolute path
 * @param configFolder folder of {@code postgresql.conf} where it is not the data folder
 * @param backupFolder where old data folders are moved to; default {@code /tmp/pg_backups}
 * @param logFile log file of the server; empty: one beside the data folder
 * @param signalFile file that makes a standby of version 12 to 15 the master
 */
public record PgServer(
        String name,
        String sshHost,
        int sshPort,
        String sshUser,
        Optional<Secret> sshPassword,
        Optional<String> sshHostKey,
        String pgHost,
        int pgPort,
        String replicaUser,
        Optional<Secret> replicaPassword,
        String pgCtl,
        String pgBasebackup,
        String database,
        String dataFolder,
        Optional<String> configFolder,
        String backupFolder,
        Optional<String> logFile,
        Optional<String> signalFile) {

    /** Its name; never the rest, which nobody needs in a log line. */
    @Override
    public String toString() {
        return name;
    }
}
