package mware.core.iam;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Supplier;
import mware.core.collection.Author;
import mware.core.collection.Collection;
import mware.core.http.Api;
import mware.core.http.ApiException;
import mware.core.http.Caller;
import mware.core.store.Entity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes {@code admin} of the master domain where there is no administrator yet, and gives a lost one a new password for
 * whoever holds the cluster secret.
 *
 * <p>The password is random, told once, and kept in {@code admin.properties} of the data folder, which is never written
 * over. Of several nodes on one database one makes it: the login is unique.
 */
public final class FirstAdministrator {

    /** The login of the first administrator. */
    public static final String LOGIN = "admin";

    /** Where its password is kept, in the data folder. */
    public static final String FILE = "admin.properties";

    private static final Logger LOG = LoggerFactory.getLogger("iam");
    private static final String LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
    private static final int LENGTH = 24;

    private final Path data;
    private final Collection users;
    private final Supplier<String> masterDomain;
    private final IamLog log;

    public FirstAdministrator(Path data, Collection users, Supplier<String> masterDomain, IamLog log) {
        this.data = data;
        this.users = users;
        this.masterDomain = masterDomain;
        this.log = log;
    }

    /** An account with its password, to be told once. */
    public record Made(String domain, String login, String password, boolean inFile) {
        /** Without the password. */
        @Override
        public String toString() {
            return login + "@" + domain;
        }
    }

    /**
     * Makes the administrator if there is none; blocks. Empty when there is one, or when another node was quicker; throws
     * {@link ApiException} 503 when the database cannot be written now.
     */
    public Optional<Made> makeIfMissing() {
        String domain = masterDomain.get();
        boolean present = users.all()
                .anyMatch(user ->
                        user.domain().equals(domain) && User.roles(user.body()).contains(User.ADMINISTRATOR));
        if (present) {
            return Optional.empty();
        }
        Path file = data.resolve(FILE);
        Optional<String> kept = kept(file, domain);
        String password = kept.orElseGet(FirstAdministrator::random);
        boolean written = kept.isPresent() || write(file, domain, password);
        try {
            users.create(Author.NODE, domain, body(password));
        } catch (ApiException e) {
            if (written && kept.isEmpty()) {
                delete(file);
            }
            if (e.status() == 409) {
                return Optional.empty(); // another node on the same database was quicker
            }
            throw e;
        }
        log.did("first-administrator", LOGIN + "@" + domain, "", "");
        return Optional.of(new Made(domain, LOGIN, kept.isPresent() ? "" : password, written));
    }

    private static ObjectNode body(String password) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put(User.LOGIN, LOGIN).put(User.NAME, "Administrator").put(User.PASSWORD, password);
        body.put(User.ENABLED, true).putArray(User.ROLES).add(User.ADMINISTRATOR);
        return body;
    }

    /** A new password for {@code admin}, who is made or made able again: for the cluster only. */
    public Object reset(Api.Request request) {
        if (request.caller().kind() != Caller.Kind.CLUSTER) {
            throw new ApiException(403, "only whoever holds the cluster secret gives the administrator a new password");
        }
        String domain = masterDomain.get();
        String password = random();
        var author = new Author(request.caller(), request.address(), request.id());
        Optional<Entity> present = users.find(domain, LOGIN);
        if (present.isPresent()) {
            ObjectNode changes = JsonNodeFactory.instance.objectNode();
            changes.put(User.PASSWORD, password).put(User.ENABLED, true);
            changes.putArray(User.ROLES).add(User.ADMINISTRATOR);
            users.patch(author, domain, present.get().id(), changes, Optional.empty());
        } else {
            users.create(author, domain, body(password));
        }
        log.did("reset-administrator", LOGIN + "@" + domain, request.address(), request.id());
        return Map.of("domain", domain, "login", LOGIN, "password", password);
    }

    /** The password that a former start left in the file, such as when the database is a new one. */
    private static Optional<String> kept(Path file, String domain) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        var properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("{} cannot be read: {}", file, e.getMessage());
            return Optional.empty();
        }
        boolean fits = domain.equals(properties.getProperty("domain")) && LOGIN.equals(properties.getProperty("login"));
        return Optional.ofNullable(properties.getProperty("password"))
                .filter(password -> fits && password.length() >= 8 && password.length() <= 200);
    }

    private static boolean write(Path file, String domain, String password) {
        try {
            write(file, domain, LOGIN, password);
            return true;
        } catch (IOException e) { // there is one of somebody else, or no space: it is told all the same
            LOG.warn("the password of the administrator is not kept: cannot write {}: {}", file, e.getMessage());
            return false;
        }
    }

    /** Keeps a new password in place of the one in {@code file}; at any moment one of them is there. */
    public static void keep(Path file, String domain, String login, String password) throws IOException {
        Path next = file.resolveSibling(FILE + ".new");
        Files.deleteIfExists(next);
        write(next, domain, login, password);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Writes a new file that only its owner may read; throws when there is one. */
    private static void write(Path file, String domain, String login, String password) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(
                file,
                List.of(
                        "# made by mware: change the password, and delete this file",
                        "domain=" + domain,
                        "login=" + login,
                        "password=" + password),
                StandardOpenOption.WRITE,
                StandardOpenOption.SYNC);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("{} is of no use, and cannot be deleted: {}", file, e.getMessage());
        }
    }

    private static String random() {
        var random = new SecureRandom();
        var password = new StringBuilder();
        for (int i = 0; i < LENGTH; i++) {
            password.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return password.toString();
    }
}
