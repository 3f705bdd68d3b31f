package mware.core.iam;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks a node over HTTP from an address of its choice; a connection for each request. */
record Client(String node, String from, List<String> headers) {

    Client {
        headers = List.copyOf(headers);
    }

    /** A stranger at 127.0.0.1. */
    static Client at(String node) {
        return new Client(node, "127.0.0.1", List.of());
    }

    Client from(String address) {
        return new Client(node, address, headers);
    }

    Client to(String other) {
        return new Client(other, from, headers);
    }

    Client with(String header) {
        List<String> more = new ArrayList<>(headers);
        more.add(header);
        return new Client(node, from, more);
    }

    Client bearer(String token) {
        return with("Authorization: Bearer " + token);
    }

    Client cookie(String token) {
        return with("Cookie: EraSession=" + token);
    }

    /** What was answered. */
    record Answer(int status, String head, String body) {
        JsonNode json() {
            try {
                return body.isEmpty() ? MissingNode.getInstance() : new ObjectMapper().readTree(body);
            } catch (IOException e) {
                throw new IllegalStateException(this.toString(), e);
            }
        }

        Optional<String> header(String name) {
            return head.lines()
                    .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst();
        }

        boolean isGood() {
            return status / 100 == 2;
        }
    }

    Answer get(String path) {
        return ask("GET", path, "");
    }

    Answer post(String path, String body) {
        return ask("POST", path, body.replace('\'', '"'));
    }

    Answer patch(String path, String body) {
        return ask("PATCH", path, body.replace('\'', '"'));
    }

    Answer delete(String path) {
        return ask("DELETE", path, "");
    }

    Answer logIn(String domain, String login, String password) {
        return post(
                "/rest/v1/iam/sessions",
                "{'domain':'" + domain + "','login':'" + login + "','pwd':'" + password + "','session_type':'token'}");
    }

    /** The token of a new session. */
    String session(String domain, String login, String password) {
        Answer answer = logIn(domain, login, password);
        if (answer.status() != 200) {
            throw new AssertionError(login + "@" + domain + " cannot log in: " + answer);
        }
        return answer.json().path("session_token").asText();
    }

    Answer ask(String method, String path, String body) {
        String host = node.substring(0, node.lastIndexOf(':'));
        int port = Integer.parseInt(node.substring(node.lastIndexOf(':') + 1));
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        var head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: " + node + "\r\nConnection: close\r\n");
        headers.forEach(header -> head.append(header).append("\r\n"));
        if (content.length > 0) {
            head.append("Content-Type: application/json\r\nContent-Length: ")
                    .append(content.length)
                    .append("\r\n");
        }
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(from, 0));
            socket.setSoTimeout(30_000);
            socket.connect(new InetSocketAddress(host, port), 10_000);
            socket.getOutputStream().write((head + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().write(content);
            socket.getOutputStream().flush();
            return read(socket.getInputStream());
        } catch (IOException e) {
            throw new AssertionError(method + " " + path + " at " + node + " from " + from + ": " + e, e);
        }
    }

    private static Answer read(InputStream in) throws IOException {
        String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        int end = all.indexOf("\r\n\r\n");
        if (end < 0) {
            throw new IOException("no answer, but: " + all);
        }
        String head = all.substring(0, end);
        String body = all.substring(end + 4);
        boolean chunked = head.toLowerCase(java.util.Locale.ROOT).contains("transfer-encoding: chunked");
        return new Answer(Integer.parseInt(head.split(" ")[1]), head, chunked ? whole(body) : body);
    }

    /** The body of its chunks; of ASCII, as everything that the tests ask for. */
    private static String whole(String chunks) {
        var body = new StringBuilder();
        int at = 0;
        while (at < chunks.length()) {
            int line = chunks.indexOf("\r\n", at);
            int length = Integer.parseInt(chunks.substring(at, line).strip(), 16);
            if (length == 0) {
                break;
            }
            body.append(chunks, line + 2, line + 2 + length);
            at = line + 2 + length + 2;
        }
        return body.toString();
    }
}
