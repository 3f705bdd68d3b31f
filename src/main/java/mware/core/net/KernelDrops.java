package mware.core.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the kernel dropped on a UDP port since our receive buffer was full; read from /proc/net/udp and udp6. */
public final class KernelDrops {

    private static final List<Path> TABLES = List.of(Path.of("/proc/net/udp"), Path.of("/proc/net/udp6"));

    private KernelDrops() {}

    /** The drops of all present sockets on {@code port}, 0 where the system does not tell. */
    public static long of(int port) {
        long sum = 0;
        for (Path table : TABLES) {
            try {
                sum += of(port, Files.readAllLines(table));
            } catch (IOException e) {
                // not Linux, or no IPv6: nothing to add
            }
        }
        return sum;
    }

    /** The drops on {@code port} in a table as in /proc: the local address second, drops last. */
    static long of(int port, List<String> table) {
        String end = String.format(":%04X", port);
        long sum = 0;
        for (String line : table) {
            String[] words = line.trim().split("\\s+");
            if (words.length > 12 && words[1].endsWith(end)) {
                sum += Long.parseLong(words[words.length - 1]);
            }
        }
        return sum;
    }
}
