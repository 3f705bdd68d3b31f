package mware.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.HashSet;
import java.util.Set;

/** Ports on 127.0.0.1 that nobody uses; one is never given twice by this JVM. */
public final class FreePorts {

    private static final Set<Integer> GIVEN = new HashSet<>();

    private FreePorts() {}

    /** A port that is free for TCP and for UDP. */
    public static synchronized int next() {
        InetAddress here = InetAddress.getLoopbackAddress();
        for (int tries = 0; tries < 100; tries++) {
            try (ServerSocket tcp = new ServerSocket(0, 1, here);
                    DatagramSocket udp = new DatagramSocket(tcp.getLocalPort(), here)) {
                if (GIVEN.add(udp.getLocalPort())) {
                    return udp.getLocalPort();
                }
            } catch (SocketException taken) {
                // free for TCP only: try another
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new IllegalStateException("no free port on " + here);
    }
}
