package mware.fuzz;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import mware.fuzz.Mutations.Request;

/** One request on one connection, from any address of this machine: the JDK's client would not send half of them. */
final class Wire {

    private static final int LIMIT_MILLIS = 20_000;

    private final InetSocketAddress server;

    /** An answer; header names in small letters. */
    record Answer(int status, Map<String, String> headers, byte[] body) {}

    Wire(String address) {
        int colon = address.lastIndexOf(':');
        server = new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    }

    /** Sends and reads all of the answer; an IOException says why there is none. */
    Answer send(Request request, String authorization, InetAddress from) throws IOException {
        StringBuilder head = new StringBuilder();
        head.append(request.method())
                .append(' ')
                .append(request.target())
                .append(" HTTP/1.1\r\nHost: fuzz\r\nConnection: close\r\n");
        if (!authorization.isEmpty()) {
            head.append(authorization).append("\r\n");
        }
        request.headers()
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        if (request.body().length > 0 || !request.method().equals("GET")) {
            head.append("Content-Length: ").append(request.body().length).append("\r\n");
        }
        head.append("\r\n");
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(from, 0));
            socket.connect(server, LIMIT_MILLIS);
            socket.setSoTimeout(LIMIT_MILLIS);
            try {
                socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.UTF_8));
                socket.getOutputStream().write(request.body());
                socket.getOutputStream().flush();
            } catch (IOException refusedEarly) {
                // the answer may be there all the same
            }
            return read(new BufferedInputStream(socket.getInputStream()), request.method());
        }
    }

    private static Answer read(InputStream in, String method) throws IOException {
        String first = line(in);
        if (!first.startsWith("HTTP/1.")) {
            throw new IOException("no HTTP: " + first);
        }
        int status = Integer.parseInt(first.substring(9, 12));
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        if (method.equals("HEAD") || status == 204 || status == 304) {
            return new Answer(status, headers, in.readAllBytes());
        }
        if ("chunked".equals(headers.get("transfer-encoding"))) {
            var body = new ByteArrayOutputStream();
            for (int size = Integer.parseInt(line(in), 16); size > 0; size = Integer.parseInt(line(in), 16)) {
                body.writeBytes(in.readNBytes(size));
                line(in);
            }
            return new Answer(status, headers, body.toByteArray());
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        return new Answer(status, headers, in.readNBytes(length));
    }

    private static String line(InputStream in) throws IOException {
        var bytes = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the connection ended without an answer");
            }
            if (c != '\r') {
                bytes.write(c);
            }
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }
}
