package mware;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.SplittableRandom;
import mware.testing.FreePorts;
import mware.testing.MwareNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged node, killed while it writes runtime state as fast as it can: what was acknowledged is there. */
@Tag("long")
class KillDuringWritesIT {

    private static final int KILLS = 20;

    /** Writes values of 1 to 200 000 bytes that begin with a number, and says each number that was acknowledged. */
    private static final String ROUTES =
            """
            package routes;

            import java.net.*;
            import java.nio.ByteBuffer;
            import java.util.SplittableRandom;
            import mware.core.cluster.Leadership;
            import mware.core.cluster.ServiceRoutes;
            import mware.core.state.RuntimeState;

            public final class WriterRoutes extends ServiceRoutes {
                private final SplittableRandom random = new SplittableRandom();
                private DatagramSocket socket;
                private long last = -1;

                @Override
                public void configure() throws Exception {
                    var leadership = the(Leadership.class);
                    var state = the(RuntimeState.class);
                    socket = new DatagramSocket();
                    onActiveNode("writer", "timer:writer?period=1&delay=0")
                        .process(exchange -> {
                            if (last < 0) {
                                last = state.get("writer/last").map(value -> ByteBuffer.wrap(value).getLong()).orElse(0L);
                                say("FOUND", last);
                            }
                            byte[] value = new byte[8 + random.nextInt(200_000)];
                            ByteBuffer.wrap(value).putLong(last + 1);
                            state.put(leadership.epoch().orElseThrow(), "writer/last", value);
                            say("DONE", ++last);
                        });
                }

                private void say(String what, long number) throws Exception {
                    byte[] words = (what + " " + number).getBytes();
                    socket.send(new DatagramPacket(words, words.length, InetAddress.getLoopbackAddress(), PORT));
                }
            }
            """;

    @TempDir
    Path folder;

    @Test
    void twenty_kills_on_one_data_folder_lose_nothing_that_was_acknowledged() throws Exception {
        var random = new SplittableRandom(20);
        long acknowledged = 0;
        try (var heard = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                var node = node(heard.getLocalPort())) {
            heard.setSoTimeout(60_000);
            for (int kill = 0; kill <= KILLS; kill++) {
                node.start();
                long found = number(heard, "FOUND");
                assertThat(found)
                        .as("after %d kills: all that was acknowledged, and at most one more", kill)
                        .isBetween(acknowledged, acknowledged + 1);
                acknowledged = found;
                int writes = 1 + random.nextInt(200);
                for (int i = 0; i < writes; i++) {
                    acknowledged = number(heard, "DONE");
                }
                node.kill();
                acknowledged = rest(heard, acknowledged);
            }
            assertThat(acknowledged).isGreaterThan(KILLS);
        }
    }

    private MwareNode node(int port) throws IOException {
        MwareNode.place(folder.resolve("routes"), "WriterRoutes.java", ROUTES.replace("PORT", Integer.toString(port)));
        return MwareNode.in(folder)
                .http()
                .routes(folder.resolve("routes"))
                .set("cluster.session-timeout", "1s")
                .set("zookeeper.port", FreePorts.next());
    }

    private static long number(DatagramSocket heard, String what) throws IOException {
        var packet = new DatagramPacket(new byte[100], 100);
        heard.receive(packet);
        String said = new String(packet.getData(), 0, packet.getLength(), UTF_8);
        assertThat(said).startsWith(what);
        return Long.parseLong(said.substring(what.length() + 1));
    }

    /** The last number that it said before it died. */
    private static long rest(DatagramSocket heard, long before) throws IOException {
        int patience = heard.getSoTimeout();
        heard.setSoTimeout(100);
        long last = before;
        try {
            while (true) {
                last = number(heard, "DONE");
            }
        } catch (java.net.SocketTimeoutException silent) {
            heard.setSoTimeout(patience);
            return last;
        }
    }
}
