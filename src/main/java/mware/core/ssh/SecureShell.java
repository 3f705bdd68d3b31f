package mware.core.ssh;

import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import mware.core.ssh.ShellException.Kind;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.future.AuthFuture;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.keyprovider.FileKeyPairProvider;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.core.CoreModuleProperties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs scripts on other servers, some at a time, each within its time. */
public final class SecureShell implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SecureShell.class);
    private static final int MOST_OUTPUT = 256 * 1024;
    /** OpenSSH admits 10 sessions on a connection; the rest is for ending what takes too long. */
    private static final int AT_ONCE_PER_SERVER = 8;

    private static final Set<ClientChannelEvent> ENDED = EnumSet.of(ClientChannelEvent.CLOSED);
    private static final long A_MOMENT = 500;
    private static final Duration TO_END_A_GROUP = Duration.ofSeconds(5);
    private static final AttributeKey<Refusal> REFUSAL = new AttributeKey<>();
    private static final AttributeKey<String> ADDRESS = new AttributeKey<>();

    private static final Duration LONGEST_LOG_IN = Duration.ofSeconds(8);

    private final SshClient client;
    private final HostKeys hostKeys;
    private final LongSupplier nanos;
    private final Semaphore atOnce;
    private final Map<ShellTarget, Server> servers = new ConcurrentHashMap<>();

    /** One server: its connection, and who may use it. */
    private static final class Server {
        private final ReentrantLock connecting = new ReentrantLock();
        private final Semaphore atOnce = new Semaphore(AT_ONCE_PER_SERVER, true);
        private volatile @Nullable ClientSession session;
        private volatile @Nullable LogIn logIn;
    }

    /**
     * A log-in that took longer than the script that began it had time: the next one waits for it, so that a slow host
     * is reached in the end.
     */
    private record LogIn(ClientSession session, AuthFuture done, long since) {}

    /** Why a host key was not taken. */
    private record Refusal(String reason) {}

    /**
     * Connects when it is first needed.
     *
     * @param atOnce how many scripts may run at once, on all servers together
     * @param nanos a monotonic clock
     */
    public SecureShell(HostKeys hostKeys, int atOnce, LongSupplier nanos) {
        this.hostKeys = hostKeys;
        this.nanos = nanos;
        this.atOnce = new Semaphore(atOnce, true);
        client = SshClient.setUpDefaultClient();
        // this process' account has its own keys and settings: they are not ours
        client.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
        client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
        client.setServerKeyVerifier((session, address, key) -> {
            String server = session.getAttribute(ADDRESS);
            return isTheOneItWas(session, server == null ? address.toString() : server, KeyUtils.getFingerPrint(key));
        });
        CoreModuleProperties.HEARTBEAT_INTERVAL.set(client, Duration.ofSeconds(3));
        CoreModuleProperties.HEARTBEAT_NO_REPLY_MAX.set(client, 2);
        CoreModuleProperties.NIO2_READ_TIMEOUT.set(client, Duration.ZERO);
        CoreModuleProperties.SOCKET_KEEPALIVE.set(client, true);
        CoreModuleProperties.TCP_NODELAY.set(client, true);
        client.start();
    }

    /**
     * Runs {@code script} and waits for its end.
     *
     * @return how it ended, whatever its exit code
     * @throws ShellException when it could not be run, or not to its end
     */
    public ShellResult run(ShellTarget target, ShellScript script) throws ShellException {
        long end = nanos.getAsLong() + script.limit().toNanos();
        Server server = servers.computeIfAbsent(target, any -> new Server());
        take(server.atOnce, end, target, script);
        try {
            take(atOnce, end, target, script);
            try {
                return run(target, server, script, end);
            } finally {
                atOnce.release();
            }
        } finally {
            server.atOnce.release();
        }
    }

    /** Lets go of connections to all but these. */
    public void keepOnly(Set<ShellTarget> wanted) {
        servers.forEach((target, server) -> {
            if (!wanted.contains(target) && servers.remove(target, server)) {
                close(server.session);
                LogIn logIn = server.logIn;
                close(logIn == null ? null : logIn.session());
            }
        });
    }

    /** Lets go of all connections; what runs ends with an error. */
    @Override
    public void close() {
        client.stop();
    }

    private void take(Semaphore permits, long end, ShellTarget target, ShellScript script) throws ShellException {
        try {
            if (!permits.tryAcquire(left(end).toNanos(), TimeUnit.NANOSECONDS)) {
                throw new ShellException(
                        Kind.BUSY,
                        script + " at " + target + ": too many scripts run, none ended in " + inWords(script.limit()));
            }
        } catch (InterruptedException e) {
            throw interrupted(target, script, e);
        }
    }

    private ShellResult run(ShellTarget target, Server server, ShellScript script, long end) throws ShellException {
        ClientSession session = session(target, server, script, end);
        Captured output = new Captured(MOST_OUTPUT, script.onLine(), nanos);
        Captured errors = new Captured(MOST_OUTPUT, line -> {}, nanos);
        try (ChannelExec channel = session.createExecChannel("exec sh -s")) {
            channel.setOut(output);
            channel.setErr(errors);
            channel.open().verify(left(end));
            try (OutputStream in = channel.getInvertedIn()) {
                in.write(Group.PREFIX.getBytes(StandardCharsets.UTF_8));
                in.write(script.text().getBytes(StandardCharsets.UTF_8));
            }
            await(channel, target, server, script, output, end);
            Integer exit = channel.getExitStatus();
            if (exit != null) {
                return new ShellResult(exit, output.text(), errors.text());
            }
            if (channel.getExitSignal() != null) {
                return new ShellResult(128, output.text(), errors.text() + "ended by " + channel.getExitSignal());
            }
            throw new ShellException(
                    Kind.BROKEN, script + " at " + target + ": the connection broke while it ran" + last(output));
        } catch (IOException e) {
            letGo(server, session);
            if (isTimeout(e)) {
                throw tooLong(target, server, script, output);
            }
            throw new ShellException(
                    Kind.BROKEN, script + " at " + target + ": the connection broke: " + words(e) + last(output), e);
        }
    }

    /** Waits until it has ended; ends it when its time is up, when it is silent for too long, or on request. */
    private void await(
            ChannelExec channel, ShellTarget target, Server server, ShellScript script, Captured output, long end)
            throws ShellException {
        while (channel.waitFor(ENDED, Math.min(A_MOMENT, left(end).toMillis())).contains(ClientChannelEvent.TIMEOUT)) {
            if (script.isCancelled().getAsBoolean()) {
                throw ended(Kind.CANCELLED, "was to end", target, server, script, output);
            }
            if (nanos.getAsLong() - end >= 0) {
                throw tooLong(target, server, script, output);
            }
            if (output.silence(nanos.getAsLong()) > script.silence().toNanos()) {
                throw ended(Kind.TIME, "said nothing for " + inWords(script.silence()), target, server, script, output);
            }
        }
    }

    private ShellException tooLong(ShellTarget target, Server server, ShellScript script, Captured output) {
        return ended(Kind.TIME, "took over " + inWords(script.limit()), target, server, script, output);
    }

    private ShellException ended(
            Kind kind, String why, ShellTarget target, Server server, ShellScript script, Captured output) {
        Optional<Group> group = output.group();
        String ended = group.map(running -> end(target, server, script, running) ? "it was ended" : "it may still run")
                .orElse("it did not begin");
        if (group.isEmpty()) {
            letGo(server, server.session);
        }
        return new ShellException(kind, script + " at " + target + " " + why + ", " + ended + last(output));
    }

    /** Ends the process group of a script that takes too long. */
    private boolean end(ShellTarget target, Server server, ShellScript script, Group group) {
        long end = nanos.getAsLong() + TO_END_A_GROUP.toNanos();
        ShellScript kill = new ShellScript("end of " + script, group.killing(), TO_END_A_GROUP);
        try {
            ClientSession session = session(target, server, kill, end);
            Captured none = new Captured(1024, line -> {}, nanos);
            try (ChannelExec channel = session.createExecChannel("exec sh -s")) {
                channel.setOut(none);
                channel.setErr(none);
                channel.open().verify(left(end));
                try (OutputStream in = channel.getInvertedIn()) {
                    in.write(kill.text().getBytes(StandardCharsets.UTF_8));
                }
                channel.waitFor(ENDED, left(end));
                Integer exit = channel.getExitStatus();
                return exit != null && exit == 0;
            }
        } catch (IOException | ShellException e) {
            LOG.warn("{} at {} could not be ended: {}", script, target, e.getMessage());
            letGo(server, server.session);
            return false;
        }
    }

    private ClientSession session(ShellTarget target, Server server, ShellScript script, long end)
            throws ShellException {
        ClientSession open = server.session;
        if (isUsable(open)) {
            return open;
        }
        try {
            if (!server.connecting.tryLock(left(end).toNanos(), TimeUnit.NANOSECONDS)) {
                throw new ShellException(
                        Kind.UNREACHABLE, target + " did not answer within " + inWords(script.limit()));
            }
        } catch (InterruptedException e) {
            throw interrupted(target, script, e);
        }
        try {
            open = server.session;
            if (isUsable(open)) {
                return open;
            }
            close(open);
            ClientSession fresh = connect(target, server, script, end);
            server.session = fresh;
            return fresh;
        } finally {
            server.connecting.unlock();
        }
    }

    private ClientSession connect(ShellTarget target, Server server, ShellScript script, long end)
            throws ShellException {
        LogIn logIn = server.logIn;
        server.logIn = null;
        ClientSession session = null;
        try {
            if (logIn == null || !logIn.session().isOpen() || isTooOld(logIn)) {
                close(logIn == null ? null : logIn.session());
                logIn = null;
                session = client.connect(
                                target.user(),
                                target.host(),
                                target.port(),
                                AttributeRepository.ofKeyValuePair(ADDRESS, target.address()))
                        .verify(left(end))
                        .getSession();
                logIn = begin(target, session);
            }
            session = logIn.session();
            logIn.done().verify(left(end));
            return session;
        } catch (IOException | UnresolvedAddressException e) {
            Refusal refusal = session == null ? null : session.getAttribute(REFUSAL);
            if (refusal == null && logIn != null && isTimeout(e) && session.isOpen() && !isTooOld(logIn)) {
                server.logIn = logIn;
            } else {
                close(session);
            }
            throw refusal == null
                    ? whyNot(target, script, e, session != null)
                    : new ShellException(Kind.HOST_KEY, refusal.reason());
        }
    }

    private LogIn begin(ShellTarget target, ClientSession session) throws IOException {
        session.setAttribute(ADDRESS, target.address());
        if (!target.password().isEmpty()) {
            session.addPasswordIdentity(target.password());
        }
        if (target.key().isPresent()) {
            for (KeyPair pair : new FileKeyPairProvider(target.key().get()).loadKeys(session)) {
                session.addPublicKeyIdentity(pair);
            }
        }
        return new LogIn(session, session.auth(), nanos.getAsLong());
    }

    private boolean isTooOld(LogIn logIn) {
        return nanos.getAsLong() - logIn.since() > LONGEST_LOG_IN.toNanos();
    }

    private static ShellException whyNot(ShellTarget target, ShellScript script, Exception e, boolean connected) {
        if (isTimeout(e)) {
            return new ShellException(
                    Kind.UNREACHABLE, target + " did not answer within " + inWords(script.limit()), e);
        }
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof NoRouteToHostException) {
                return new ShellException(Kind.UNREACHABLE, "no route to " + target, e);
            }
            if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
                return new ShellException(Kind.UNREACHABLE, "ssh_host: no such name as " + target.host(), e);
            }
            if (cause instanceof ConnectException) {
                return new ShellException(Kind.REFUSED, target + ": no SSH server there: " + words(cause), e);
            }
        }
        return connected && words(e).contains("No more authentication methods")
                ? new ShellException(
                        Kind.LOG_IN, target + ": log-in refused: ssh_user or ssh_pwd is wrong, or not admitted", e)
                : new ShellException(Kind.UNREACHABLE, target + ": " + words(e), e);
    }

    private boolean isTheOneItWas(ClientSession session, String address, String fingerprint) {
        Optional<String> known;
        try {
            known = hostKeys.known(address);
            if (known.isEmpty()) {
                hostKeys.keep(address, fingerprint);
                LOG.info("{} is seen for the first time: host key {} is kept", address, fingerprint);
                return true;
            }
        } catch (RuntimeException e) {
            session.setAttribute(REFUSAL, new Refusal(address + ": the known host keys cannot be read: " + words(e)));
            return false;
        }
        if (known.get().equals(fingerprint)) {
            return true;
        }
        session.setAttribute(
                REFUSAL,
                new Refusal(address + " shows host key " + fingerprint + " and was known by " + known.get()
                        + ": another machine, or set up anew; nothing is done there until the known key is removed"));
        return false;
    }

    private static boolean isUsable(@Nullable ClientSession session) {
        return session != null && session.isOpen() && session.isAuthenticated() && !session.isClosing();
    }

    private static void letGo(Server server, @Nullable ClientSession session) {
        if (server.session == session) {
            server.session = null;
        }
        close(session);
    }

    private static void close(@Nullable ClientSession session) {
        if (session != null) {
            session.close(true);
        }
    }

    private Duration left(long end) {
        return Duration.ofNanos(Math.max(1_000_000, end - nanos.getAsLong()));
    }

    private static boolean isTimeout(Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof TimeoutException || cause instanceof java.net.SocketTimeoutException) {
                return true;
            }
        }
        return e instanceof SshException && words(e).contains("timeout");
    }

    private static ShellException interrupted(ShellTarget target, ShellScript script, InterruptedException e) {
        Thread.currentThread().interrupt();
        return new ShellException(Kind.BROKEN, script + " at " + target + ": interrupted", e);
    }

    private static String last(Captured output) {
        String line = output.lastLine();
        return line.isEmpty() ? "" : "; it said last: " + line;
    }

    private static String words(Throwable e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static String inWords(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() / 1000.0 + " s";
    }
}
