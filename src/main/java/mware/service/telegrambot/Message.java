package mware.service.telegrambot;

/**
 * Something to be sent, to one chat or to several.
 *
 * @param id rises with the order of arrival
 * @param born when it was made, in ms
 * @param heading its first line; may be empty
 * @param text the rest; of {@link Kind#DELETE} the number of the message to be deleted
 */
record Message(long id, long born, Kind kind, String heading, String text) {

    /** What it is sent as. */
    enum Kind {
        /** Tells by itself; several that wait for a chat are sent as one. */
        NEWS,
        /** Answers somebody. */
        REPLY,
        /** Is sent as a file, however short it is. */
        FILE,
        /** Takes away a message of the chat. */
        DELETE
    }
}
