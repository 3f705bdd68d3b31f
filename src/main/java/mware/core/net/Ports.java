package mware.core.net;

import java.io.IOException;
import java.net.BindException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;

/** What is wrong with a port that cannot be listened on. */
public final class Ports {

    /** The heading in the system state for ports that cannot be listened on. */
    public static final String CATEGORY = "listeners";

    private Ports() {}

    /** What is wrong, in words that name protocol, address, port and configuration key. */
    public static String why(String protocol, String address, int port, String key, IOException failure) {
        String where = protocol + " port " + port + " on " + address + " (" + key + ")";
        String said = String.valueOf(failure.getMessage());
        if (failure instanceof UnknownHostException || failure.getCause() instanceof UnresolvedAddressException) {
            return where + " cannot be opened: " + address + " is not an address and no host of that name is known";
        }
        if (failure instanceof BindException && said.contains("in use")) {
            return where + " is taken by another program";
        }
        if (failure instanceof BindException && said.contains("assign")) {
            return where + " cannot be opened: this machine has no address " + address;
        }
        if (said.contains("ermission denied")) {
            return where + " cannot be opened: this user may not listen on it; take a port above 1023";
        }
        return where + " cannot be opened: " + said;
    }
}
