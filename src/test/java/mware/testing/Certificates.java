package mware.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import mware.core.tls.PemFiles;

/** Certificates that openssl makes for a test, in a folder: {@code NAME.pem} and {@code NAME.key}. */
public final class Certificates {

    private final Path folder;

    public Certificates(Path folder) {
        Peers.need("openssl", "openssl");
        this.folder = folder;
    }

    /** One that has signed itself, for two days; {@code names} such as {@code DNS:a.example,IP:127.0.0.1}. */
    public PemFiles selfSigned(String name, String names) {
        return selfSigned(name, names, 2);
    }

    /** One that has signed itself. */
    public PemFiles selfSigned(String name, String names, int days) {
        List<String> command = new ArrayList<>(List.of("openssl", "req", "-x509", "-days", Integer.toString(days)));
        command.addAll(newKey(name));
        command.addAll(List.of("-addext", "subjectAltName=" + names, "-out", file(name, ".pem")));
        Command.run(command.toArray(String[]::new));
        return files(name);
    }

    /** An authority. */
    public PemFiles authority(String name) {
        List<String> command = new ArrayList<>(List.of("openssl", "req", "-x509", "-days", "2"));
        command.addAll(newKey(name));
        command.addAll(List.of("-addext", "keyUsage=critical,keyCertSign,cRLSign", "-out", file(name, ".pem")));
        Command.run(command.toArray(String[]::new));
        return files(name);
    }

    /** One that {@code authority} has signed, with it in the chain. */
    public PemFiles signed(String name, String names, PemFiles authority) {
        List<String> command = new ArrayList<>(List.of("openssl", "req", "-new"));
        command.addAll(newKey(name));
        command.addAll(List.of("-out", file(name, ".csr")));
        Command.run(command.toArray(String[]::new));
        try {
            Files.writeString(folder.resolve(name + ".ext"), "subjectAltName=" + names + "\n");
            Command.run(
                    "openssl",
                    "x509",
                    "-req",
                    "-days",
                    "2",
                    "-in",
                    file(name, ".csr"),
                    "-CA",
                    authority.certificate().toString(),
                    "-CAkey",
                    authority.key().toString(),
                    "-CAcreateserial",
                    "-extfile",
                    file(name, ".ext"),
                    "-out",
                    file(name, ".pem"));
            Files.writeString(
                    folder.resolve(name + ".pem"),
                    Files.readString(folder.resolve(name + ".pem")) + Files.readString(authority.certificate()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files(name);
    }

    private List<String> newKey(String name) {
        return List.of(
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-subj",
                "/CN=" + name,
                "-keyout",
                file(name, ".key"));
    }

    private String file(String name, String ending) {
        return folder.resolve(name + ending).toString();
    }

    private PemFiles files(String name) {
        return new PemFiles(folder.resolve(name + ".pem"), folder.resolve(name + ".key"));
    }
}
