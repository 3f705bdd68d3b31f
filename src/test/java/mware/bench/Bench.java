package mware.bench;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Runs the comparison that is named: {@code syslog-trap} is {@code SyslogTrapBench}. */
public final class Bench {

    private Bench() {}

    /** One comparison; prints its own table and throws when it could not be measured. */
    public interface Comparison {
        void run(List<String> arguments) throws Exception;
    }

    public static void main(String[] args) throws Exception {
        if (args.length == 0) {
            System.err.println("usage: ./mware bench NAME [argument ...], see docs/benchmarks.md");
            System.exit(2);
        }
        String type = Arrays.stream(args[0].split("-"))
                .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
                .collect(Collectors.joining("", "mware.bench.", "Bench"));
        Class<?> found;
        try {
            found = Class.forName(type);
        } catch (ClassNotFoundException e) {
            System.err.println("no bench named " + args[0] + " (looked for " + type + ")");
            System.exit(2);
            return;
        }
        ((Comparison) found.getDeclaredConstructor().newInstance())
                .run(Arrays.asList(args).subList(1, args.length));
        System.exit(0);
    }
}
