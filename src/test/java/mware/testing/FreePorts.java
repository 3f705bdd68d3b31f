package mware.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports on 127.0.0.1 that nobody uses; one is never given twice by this JVM.
 *
 * <p>They lie below those that the kernel gives to outgoing connections (32768 and up), so that none becomes a stranger's
 * own port between being found and being used.
 */
public final class FreePorts {

    private static final int LOWEST = 12_000;
    private static final int HIGHEST = 32_000;
    private static final Set<Integer> GIVEN = new HashSet<>();

    private FreePorts() {}

    /** A port that is free for TCP and for UDP. */
    public static synchronized int next() {
        InetAddress here = InetAddress.getLoopbackAddress();
        for (int tries = 0; tries < 100; tries++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
            try (ServerSocket tcp = new ServerSocket(port, 1, here);
                    DatagramSocket udp = new DatagramSocket(tcp.getLocalPort(), here)) {
                if (GIVEN.add(udp.getLocalPort())) {
                    return udp.getLocalPort();
                }
            } catch (SocketException taken) {
                // not free for both: try another
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new IllegalStateException("no free port on " + here);
    }
}
