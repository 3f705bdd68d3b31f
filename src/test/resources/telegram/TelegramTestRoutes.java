package routes;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.GZIPOutputStream;
import mware.core.cluster.Leadership;
import mware.core.cluster.ServiceRoutes;
import mware.core.monitor.Deviation.Status;
import mware.core.monitor.Deviations;
import mware.core.state.RuntimeState;
import org.apache.camel.Exchange;

/** What tests of the Telegram bot do inside a node: connect chats, so that no account is needed, and raise deviations. */
public final class TelegramTestRoutes extends ServiceRoutes {

    @Override
    public void configure() {
        RuntimeState state = the(RuntimeState.class);
        Leadership leadership = the(Leadership.class);
        Deviations deviations = the(Deviations.class);

        onRequest("telegram-test.seed", "POST", "/api/telegramtest/v1/seed")
            .process(exchange -> state.put(leadership.epoch().orElseThrow(), "telegram-bot/chats", packed(exchange)));

        onRequest("telegram-test.raise", "POST", "/api/telegramtest/v1/raise")
            .process(exchange -> raise(deviations, exchange));

        onRequest("telegram-test.clear", "POST", "/api/telegramtest/v1/clear")
            .process(exchange -> deviations.open().forEach(each -> deviations.clear(each.category(), each.key())));
    }

    /** {@code prefix}, {@code from} and {@code count} as queries. */
    private static void raise(Deviations deviations, Exchange exchange) {
        String prefix = exchange.getIn().getHeader("prefix", String.class);
        int from = exchange.getIn().getHeader("from", 0, Integer.class);
        int count = exchange.getIn().getHeader("count", 1, Integer.class);
        for (int i = from; i < from + count; i++) {
            deviations.raise("test", prefix + i + ".", Status.ERROR, "is broken, says the test");
        }
    }

    private static byte[] packed(Exchange exchange) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
            out.write(exchange.getIn().getBody(byte[].class));
        }
        return bytes.toByteArray();
    }
}
