package mware.core.iam;

import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who came in, who did not, and what was closed: {@code iam/audit_*.log}, a line each, with who, from where and under which
 * request. Never a password, a session or a token; what changes in accounts is told by the store.
 */
public final class IamLog {

    private static final Logger LOG = LoggerFactory.getLogger("iam.audit");
    private static final Pattern LABEL = Pattern.compile("(token:)?[A-Za-z0-9._@+-]{1,64}(@[A-Za-z0-9.-]{1,253})?");

    void loggedIn(String who, String from, String request, String session) {
        LOG.info("log-in who={} from={} request={} session={}", printable(who), from, request, session);
    }

    /** Somebody did not get in. */
    void failed(String who, String from, String request, String what) {
        LOG.info("refused who={} from={} request={} what=\"{}\"", printable(who), from, request, what);
    }

    void closed(String network, IamLimits limits) {
        LOG.info(
                "closed from={} for={}s why=\"{} tries to get in failed within {} s\"",
                network,
                limits.time().toSeconds(),
                limits.failures(),
                limits.time().toSeconds());
    }

    void loggedOut(String who, String from, String request, String session) {
        LOG.info("log-out who={} from={} request={} session={}", printable(who), from, request, session);
    }

    /** Something of an account was done without the collections, such as the first administrator. */
    void did(String what, String who, String from, String request) {
        LOG.info("{} who={} from={} request={}", what, printable(who), from, request);
    }

    /** What a stranger typed, if it can be a login at all: it may be a password in the wrong field. */
    private static String printable(String who) {
        return LABEL.matcher(who).matches() ? who : "-";
    }
}
