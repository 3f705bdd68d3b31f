package mware.service.telegrambot;

import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import mware.core.iam.Logins;
import mware.core.iam.Logins.Account;
import mware.core.monitor.Deviation;
import mware.service.telegrambot.Conversation.Facts;
import mware.service.telegrambot.Conversation.Login;

/** Asks what has to be known before a message can be answered and takes its time: passwords, and the state of all nodes. */
final class Inquiry {

    /** The role of the accounts that the bot serves. */
    static final String ADMINISTRATOR = "administrator";

    private static final Duration LOGIN = Duration.ofSeconds(15);

    private final Logins logins;
    private final Supplier<Map<String, List<Deviation>>> look;
    private final Clock clock;

    Inquiry(Logins logins, Supplier<Map<String, List<Deviation>>> look, Clock clock) {
        this.logins = logins;
        this.look = look;
        this.clock = clock;
    }

    /** Waits for some seconds at most. */
    Facts about(Received received, Book book, String masterDomain) throws InterruptedException {
        if (Conversation.isToCheck(received, book, clock.millis())) {
            return new Facts(login(received, masterDomain), null, null);
        }
        boolean asksForState = received.alone()
                && book.chat(received.chat()).isPresent()
                && Command.parse(received.text())
                        .filter(command -> command.word() == Command.Word.SYSTEM_STATE)
                        .isPresent();
        if (!asksForState) {
            return Facts.NONE;
        }
        try {
            Collection<Known> state = look.get().entrySet().stream()
                    .flatMap(node -> node.getValue().stream().map(each -> Known.of(node.getKey(), each)))
                    .toList();
            return new Facts(null, state, null);
        } catch (RuntimeException e) {
            return new Facts(null, null, String.valueOf(e.getMessage()));
        }
    }

    private Login login(Received received, String masterDomain) throws InterruptedException {
        Command.Credentials tried =
                Command.parse(received.text()).flatMap(Command::credentials).orElseThrow();
        try {
            Optional<Account> account = logins.check(masterDomain, tried.login(), tried.password())
                    .toCompletableFuture()
                    .get(LOGIN.toMillis(), TimeUnit.MILLISECONDS);
            return new Login(
                    account.filter(found ->
                            found.domain().equals(masterDomain) && found.roles().contains(ADMINISTRATOR)),
                    "");
        } catch (TimeoutException e) {
            return new Login(Optional.empty(), "it takes too long");
        } catch (ExecutionException e) {
            return new Login(Optional.empty(), String.valueOf(e.getCause().getMessage()));
        }
    }
}
