package mware.core.collection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import mware.testing.FreePorts;
import mware.testing.PeerProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of entities, over a real port of a process that has far less memory than they are large. */
class AttachmentsTest {

    private static final int LARGE = 150 << 20;
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    static Path folder;

    private static int port;
    private static PeerProcess node;

    @BeforeAll
    static void start() {
        port = FreePorts.next();
        node = launch();
    }

    private static PeerProcess launch() {
        PeerProcess process = PeerProcess.start(
                "attachments",
                folder.resolve("out.log"),
                List.of(
                        System.getProperty("java.home") + "/bin/java",
                        "-XX:+UseSerialGC",
                        "-Xmx64m",
                        "-XX:MaxDirectMemorySize=64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AttachmentNode.class.getName(),
                        folder.resolve("data").toString(),
                        "" + port));
        process.await("open its port", Duration.ofSeconds(60), () -> {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                return socket.isConnected();
            } catch (IOException notYet) {
                return false;
            }
        });
        return process;
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    /** The same bytes each time, made as they are read. */
    private static InputStream bytes(int length, long seed) {
        var random = new Random(seed);
        return new InputStream() {
            private int left = length;

            @Override
            public int read() {
                return left-- > 0 ? random.nextInt(256) : -1;
            }

            @Override
            public int read(byte[] into, int offset, int most) {
                if (left <= 0) {
                    return -1;
                }
                int count = Math.min(left, most);
                byte[] next = new byte[count];
                random.nextBytes(next);
                System.arraycopy(next, 0, into, offset, count);
                left -= count;
                return count;
            }
        };
    }

    private static String md5(InputStream in) throws Exception {
        var digest = MessageDigest.getInstance("MD5");
        byte[] buffer = new byte[65_536];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            digest.update(buffer, 0, count);
        }
        return HexFormat.of().withUpperCase().formatHex(digest.digest());
    }

    private static HttpRequest.Builder request(String query) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path() + query))
                .timeout(Duration.ofMinutes(2))
                .header("Authorization", "Bearer " + AttachmentNode.SECRET);
    }

    private static String path() {
        return "/rest/v1/" + AttachmentNode.PATH + "/6a0e1a5c-0f6d-4b7e-9d2b-1f2e3d4c5b6a/attachment";
    }

    private static HttpResponse<String> put(BodyPublisher body, String type) throws Exception {
        return HTTP.send(request("").header("Content-Type", type).PUT(body).build(), BodyHandlers.ofString());
    }

    private static String download() throws Exception {
        HttpResponse<InputStream> answer = HTTP.send(request("").GET().build(), BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        return md5(answer.body());
    }

    @Test
    void a_file_goes_in_and_out_in_pieces_and_half_a_one_replaces_nothing() throws Exception {
        assertThat(HTTP.send(request("").GET().build(), BodyHandlers.ofString()).statusCode())
                .isEqualTo(404);

        byte[] part = new byte[1 << 20];
        var sent = MessageDigest.getInstance("MD5");
        var source = new DigestInputStream(bytes(LARGE, 1), sent);
        HttpResponse<String> put = put(BodyPublishers.ofInputStream(() -> source), "application/zip");
        assertThat(put.statusCode()).as(put.body()).isEqualTo(200);
        assertThat(put.body()).contains("\"size\":" + LARGE);
        String kept = HexFormat.of().withUpperCase().formatHex(sent.digest());
        assertThat(put.body()).contains("md5;" + kept);
        assertThat(download()).isEqualTo(kept);

        HttpResponse<Void> head = HTTP.send(
                request("?attachment=true")
                        .method("HEAD", BodyPublishers.noBody())
                        .build(),
                BodyHandlers.discarding());
        assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(LARGE);
        assertThat(head.headers().firstValue("Content-Disposition"))
                .hasValue("attachment; filename*=UTF-8''%C3%84%201.zip");

        try (Socket half = new Socket("127.0.0.1", port)) {
            OutputStream out = half.getOutputStream();
            out.write(("PUT " + path() + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + AttachmentNode.SECRET
                            + "\r\nContent-Length: 9000000\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(part);
            out.write(part);
        }
        assertThat(download()).isEqualTo(kept);

        node.kill();
        node = launch();
        assertThat(download()).isEqualTo(kept);

        byte[] small = "small".getBytes(StandardCharsets.UTF_8);
        String form = "--b\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n"
                + "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"../../etc/x\"\r\n"
                + "Content-Type: application/zip\r\n\r\nsmall\r\n"
                + "--b\r\nContent-Disposition: form-data; name=\"g\"; filename=\"second\"\r\n\r\nother\r\n--b--\r\n";
        HttpResponse<String> uploaded = put(BodyPublishers.ofString(form), "multipart/form-data; boundary=b");
        assertThat(uploaded.statusCode()).as(uploaded.body()).isEqualTo(200);
        assertThat(HTTP.send(request("").GET().build(), BodyHandlers.ofByteArray())
                        .body())
                .isEqualTo(small);
        assertThat(put(BodyPublishers.ofString("--b--\r\n"), "multipart/form-data; boundary=b")
                        .statusCode())
                .isEqualTo(400);

        assertThat(put(BodyPublishers.noBody(), "application/octet-stream").statusCode())
                .isEqualTo(200);
        assertThat(HTTP.send(request("").GET().build(), BodyHandlers.ofByteArray())
                        .body())
                .isEmpty();
        assertThat(HTTP.send(request("").DELETE().build(), BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(204);
        assertThat(HTTP.send(request("").GET().build(), BodyHandlers.ofString()).statusCode())
                .isEqualTo(404);
    }

    @Test
    void more_than_a_file_may_have_is_refused_before_it_is_read() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("PUT " + path() + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + AttachmentNode.SECRET
                                    + "\r\nContent-Length: 999999999999\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readNBytes(12);
            assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 413");
        }
    }
}
