package mware.service.telegrambot;

/**
 * What the bot has done since the node started.
 *
 * @param sent requests that Telegram took, files and deletions included
 * @param failed tries that brought nothing
 * @param lost messages that were given up, and messages that can never be sent
 * @param commands messages to the bot that were handled
 * @param waiting messages that wait now, each chat counted for itself
 * @param chats connected chats
 */
public record Counts(long sent, long failed, long lost, long commands, long waiting, long chats) {}
