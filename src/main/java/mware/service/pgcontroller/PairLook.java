package mware.service.pgcontroller;

/** What was seen of both servers of a pair, at once. */
public record PairLook(ServerLook first, ServerLook second) {

    /** The look at the server of this name; throws {@link IllegalArgumentException} when it is neither. */
    public ServerLook of(String server) {
        if (first.server().equals(server)) {
            return first;
        }
        if (second.server().equals(server)) {
            return second;
        }
        throw new IllegalArgumentException("must be " + first.server() + " or " + second.server() + ", got " + server);
    }

    /** The look at the other server. */
    public ServerLook other(String server) {
        return of(server) == first ? second : first;
    }
}
