package mware.service.syslogtrap;

import java.util.List;

/**
 * Decides which messages leave and for whom. Pure: the first rule that matches says it; where none does, what is a
 * warning or worse goes to all receivers, and so does what could not be taken apart.
 */
public final class Rules {

    private static final int WARNING = 4;

    private final List<Rule> rules;
    private final Decision unparsed;
    private final Decision severe;
    private final Decision harmless;

    /**
     * Prepares the decisions.
     *
     * @param rules in their order
     * @param receivers the names of all receivers there are
     */
    public Rules(List<Rule> rules, List<String> receivers) {
        this.rules = List.copyOf(rules);
        unparsed = new Decision(receivers, "no rule: it could not be taken apart");
        severe = new Decision(receivers, "no rule: warning or worse");
        harmless = new Decision(List.of(), "no rule: less than a warning");
    }

    /** What becomes of {@code message}. */
    public Decision decide(SyslogMessage message) {
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i).match().matches(message)) {
                return rules.get(i).decision();
            }
        }
        if (!message.parsed()) {
            return unparsed;
        }
        return message.severity() <= WARNING ? severe : harmless;
    }

    /** One rule: what it looks for and what it says. */
    public record Rule(Match match, Decision decision) {}
}
