package mware.service.telegrambot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import mware.testing.FaultyTelegram;
import mware.testing.FaultyTelegram.Fault;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.telegram.model.IncomingMessage;
import org.apache.camel.component.telegram.model.OutgoingTextMessage;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What camel-telegram 4.17.0 does by itself: why docs/decisions/telegram-sending.md is as it is. Tells when a newer one is better. */
class CamelTelegramTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String TOKEN = "123456:seen";

    private final FaultyTelegram telegram = FaultyTelegram.start();
    private final CamelContext camel = new DefaultCamelContext();

    @AfterEach
    void end() {
        camel.stop();
        telegram.close();
    }

    private String bots(String more) {
        return "telegram:bots?authorizationToken=" + TOKEN + "&baseUri=" + telegram.url() + more;
    }

    @Test
    void its_producer_does_not_say_how_long_to_wait_but_says_the_token() throws Exception {
        telegram.fault(request -> Fault.tooMany(7));
        camel.start();
        var template = camel.createProducerTemplate();
        var thrown = new AtomicReference<Throwable>();
        try {
            template.sendBody(bots("&chatId=1"), "hello");
        } catch (RuntimeException e) {
            thrown.set(e);
        }

        String all = causes(thrown.get());
        assertThat(all).contains(TOKEN).contains("429");
    }

    @Test
    void its_producer_waits_without_end_for_an_answer() throws Exception {
        telegram.fault(request -> Fault.slow(Duration.ofSeconds(30)));
        camel.start();
        var template = camel.createProducerTemplate();

        var sending = CompletableFuture.runAsync(() -> template.sendBody(bots("&chatId=1"), "hello"));

        assertThat(sending).failsWithin(Duration.ofSeconds(5)).withThrowableOfType(TimeoutException.class);
        sending.cancel(true);
    }

    @Test
    void its_producer_mixes_messages_that_are_sent_at_once() throws Exception {
        camel.start();
        var template = camel.createProducerTemplate();
        var all = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < 400; i++) {
            var message = new OutgoingTextMessage();
            message.setText("message " + i);
            message.setChatId(Integer.toString(i));
            all.add(CompletableFuture.runAsync(() -> template.sendBody(bots(""), message)));
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new))
                .handle((done, failure) -> done)
                .get(60, TimeUnit.SECONDS);

        long right = telegram.taken().stream()
                .filter(taken -> taken.text().equals("message " + taken.chat()))
                .map(FaultyTelegram.Taken::text)
                .distinct()
                .count();
        System.out.println("camel-telegram, 400 sent at once: " + right + " arrived as they were");
        assertThat(right).isLessThan(400);
    }

    @Test
    void its_consumer_goes_past_a_message_that_could_not_be_handled() throws Exception {
        List<String> tries = new CopyOnWriteArrayList<>();
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(bots("&timeout=1&initialDelay=0&delay=50")).process().body(IncomingMessage.class, message -> {
                    tries.add(message.getText());
                    throw new IllegalStateException("the state cannot be written");
                });
            }
        });
        telegram.says(1, "once");
        camel.start();

        await().atMost(SOON).until(() -> telegram.unconfirmed() == 0);
        assertThat(tries).containsExactly("once");
    }

    private static String causes(Throwable failure) {
        var all = new StringBuilder();
        for (Throwable each = failure; each != null; each = each.getCause()) {
            all.append(each).append('\n');
        }
        return all.toString();
    }
}
