/** The bot: its decisions as tables, and whole against a Telegram of our own and npm telegram-test-api. */
package mware.service.telegrambot;
