package routes;

import mware.core.cluster.ServiceRoutes;
import mware.service.telegrambot.Received;
import mware.service.telegrambot.TelegramBot;
import org.apache.camel.component.telegram.model.IncomingMessage;

/** Messages to the bot come in on the active node; the bot answers, and tells by itself what changes in the system state. */
public final class TelegramBotRoutes extends ServiceRoutes {

    @Override
    public void configure() {
        TelegramBot bot = the(TelegramBot.class);

        onActiveNodeOfMasterDomain("telegram-bot", "telegram:bots?{{telegram-bot.poll}}")
            .transform().body(IncomingMessage.class, TelegramBotRoutes::received)
            .process().body(Received.class, bot::handle);
    }

    private static Received received(IncomingMessage message) {
        return new Received(
            Long.parseLong(message.getChat().getId()),
            "private".equals(message.getChat().getType()),
            message.getMessageId(),
            message.getFrom() == null ? "somebody" : message.getFrom().getFirstName(),
            message.getText());
    }
}
