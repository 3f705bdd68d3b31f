package mware.core.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration has errors; the message holds all of its problems, a line each. */
public final class ConfigurationRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    public ConfigurationRefused(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** What is wrong. */
    public List<Problem> problems() {
        return problems;
    }
}
