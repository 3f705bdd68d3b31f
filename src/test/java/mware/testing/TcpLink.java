package mware.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A TCP line to a server on this machine that a test can cut, or let fall silent, and mend. */
public final class TcpLink implements AutoCloseable {

    private enum State {
        WHOLE,
        SILENT,
        CUT
    }

    private final ServerSocket listener;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private State state = State.WHOLE;

    /** A line to {@code target} on 127.0.0.1. */
    public TcpLink(int target) throws IOException {
        this.target = target;
        listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        thread(this::accept);
    }

    public String address() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    /** Closes what is connected and every new connection. */
    public synchronized void cut() {
        state = State.CUT;
        notifyAll();
        drop();
    }

    /** Passes nothing on, in neither direction, and says nothing of it. */
    public synchronized void silence() {
        state = State.SILENT;
    }

    /** Passes on again, also what was held back. */
    public synchronized void mend() {
        state = State.WHOLE;
        notifyAll();
    }

    /** Closes what is connected; new connections work. */
    public void blip() {
        drop();
    }

    private void drop() {
        open.forEach(TcpLink::quietly);
        open.clear();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                if (isCut()) {
                    quietly(client);
                    continue;
                }
                var server = new Socket(InetAddress.getByName("127.0.0.1"), target);
                open.add(client);
                open.add(server);
                thread(() -> pass(client, server));
                thread(() -> pass(server, client));
            } catch (IOException e) {
                // closed, or the server is away: the client sees its connection closed
            }
        }
    }

    private synchronized boolean isCut() {
        return state == State.CUT;
    }

    private synchronized boolean mayPass() throws InterruptedException {
        while (state == State.SILENT) {
            wait();
        }
        return state == State.WHOLE;
    }

    private void pass(Socket from, Socket to) {
        byte[] buffer = new byte[8192];
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int n = in.read(buffer); n >= 0 && mayPass(); n = in.read(buffer)) {
                out.write(buffer, 0, n);
            }
        } catch (IOException e) {
            // one end is gone, so goes the other
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            quietly(from);
            quietly(to);
        }
    }

    private static void quietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void thread(Runnable work) {
        var thread = new Thread(work, "tcp-link");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }
}
