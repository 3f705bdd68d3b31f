package mware.testing;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the nodes of a group did, merged from the files that they wrote while they did it, and what follows from it.
 *
 * <p>Each line of such a file is one {@link Entry}: {@code kind from to node epoch sequence outcome}, times in
 * nanoseconds of the machine's one wall clock, epoch in decimal. The last line may be cut short by a kill.
 */
public final class WorkLog {

    private static final int TAIL_BYTES = 16_384;

    private final List<Entry> entries;

    /** @param entries in any order */
    public WorkLog(Collection<Entry> entries) {
        this.entries =
                entries.stream().sorted(Comparator.comparingLong(Entry::to)).toList();
    }

    /** Reads the files that exist. */
    public static WorkLog read(Collection<Path> files) {
        List<Entry> entries = new ArrayList<>();
        for (Path file : files) {
            try {
                if (Files.exists(file)) {
                    String text = Files.readString(file);
                    text.substring(0, text.lastIndexOf('\n') + 1)
                            .lines()
                            .map(Entry::parse)
                            .forEach(entries::add);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return new WorkLog(entries);
    }

    /** What was done. */
    public enum Kind {
        /** Work that nothing but the node's own view of its leadership held back, like sending a trap. */
        WORK,
        /** The entry route ran although the node knew that it is not active; nothing was done. */
        IDLE,
        /** Like {@link #WORK}, but one piece lasts 200 ms: what is in flight when the node steps down. */
        SLOW,
        /** A write of runtime state under the epoch. */
        WRITE
    }

    /** How it ended. */
    public enum Outcome {
        /** Done, acknowledged. */
        DONE,
        /** Refused, since the epoch is over. */
        REFUSED,
        /** Not answered in time: it may have happened or not. */
        UNKNOWN
    }

    /**
     * One piece of work.
     *
     * @param from when it began, in nanoseconds of the wall clock
     * @param to when it ended
     * @param sequence of {@link Kind#WORK}: counts the node's work since its start; of {@link Kind#WRITE}: the value
     *     written, one above the value read
     */
    public record Entry(Kind kind, long from, long to, String node, long epoch, long sequence, Outcome outcome) {

        static Entry parse(String line) {
            String[] words = line.split(" ");
            return new Entry(
                    Kind.valueOf(words[0]),
                    Long.parseLong(words[1]),
                    Long.parseLong(words[2]),
                    words[3],
                    Long.parseLong(words[4]),
                    Long.parseLong(words[5]),
                    Outcome.valueOf(words[6]));
        }
    }

    /**
     * The work of one node under one epoch.
     *
     * @param from when its first work began
     * @param to when its last work ended
     */
    public record Term(long epoch, String node, long from, long to) {}

    /** The terms, by epoch, then by their beginning. */
    public List<Term> terms() {
        Map<String, Term> terms = new TreeMap<>();
        for (Entry entry : entries) {
            if (entry.kind() == Kind.WORK || entry.kind() == Kind.SLOW) {
                terms.merge(
                        entry.epoch() + " " + entry.node(),
                        new Term(entry.epoch(), entry.node(), entry.from(), entry.to()),
                        (one, more) -> new Term(
                                one.epoch(),
                                one.node(),
                                Math.min(one.from(), more.from()),
                                Math.max(one.to(), more.to())));
            }
        }
        return terms.values().stream()
                .sorted(Comparator.comparingLong(Term::epoch).thenComparingLong(Term::from))
                .toList();
    }

    /** For how many milliseconds, rounded up, an older term worked on after a newer had begun; 0 is right. */
    public long overlapMillis() {
        List<Term> terms = terms();
        long nanos = 0;
        for (int older = 0; older < terms.size(); older++) {
            for (int newer = older + 1; newer < terms.size(); newer++) {
                nanos = Math.max(nanos, terms.get(older).to() - terms.get(newer).from());
            }
        }
        return (nanos + 999_999) / 1_000_000;
    }

    /** How many pieces of work were done under an older epoch after a newer had begun; 0 is right. */
    public long workOfOlderTerms() {
        List<Term> terms = terms();
        return entries.stream()
                .filter(entry -> entry.kind() == Kind.WORK || entry.kind() == Kind.SLOW)
                .filter(entry ->
                        terms.stream().anyMatch(term -> term.epoch() > entry.epoch() && term.from() < entry.to()))
                .count();
    }

    /** The pauses between one term's last work and the next one's first, in milliseconds; negative where they overlap. */
    public List<Long> gapsMillis() {
        List<Term> terms = terms();
        List<Long> gaps = new ArrayList<>();
        for (int i = 1; i < terms.size(); i++) {
            gaps.add((terms.get(i).from() - terms.get(i - 1).to()) / 1_000_000);
        }
        return gaps;
    }

    /** The longest time, in milliseconds, in which no work ended between {@code from} and {@code to} (nanoseconds). */
    public long longestPauseMillis(long from, long to) {
        long last = from;
        long longest = 0;
        for (Entry entry : entries) {
            if (entry.kind() == Kind.WORK && entry.to() >= from && entry.to() <= to) {
                longest = Math.max(longest, entry.to() - last);
                last = entry.to();
            }
        }
        return Math.max(longest, to - last) / 1_000_000;
    }

    /** How many writes were refused since their epoch was over. */
    public long refused() {
        return entries.stream()
                .filter(entry -> entry.outcome() == Outcome.REFUSED)
                .count();
    }

    /** How many writes were not answered in time. */
    public long unknown() {
        return entries.stream()
                .filter(entry -> entry.outcome() == Outcome.UNKNOWN)
                .count();
    }

    /** How often the entry route ran on a node that knew it is not active. */
    public long idle() {
        return entries.stream().filter(entry -> entry.kind() == Kind.IDLE).count();
    }

    /** Acknowledged writes that a later writer did not see: each must write more than all before it. */
    public List<Entry> lost() {
        List<Entry> lost = new ArrayList<>();
        long highest = Long.MIN_VALUE;
        for (Entry entry : entries) {
            if (entry.kind() == Kind.WRITE && entry.outcome() == Outcome.DONE) {
                if (entry.sequence() <= highest) {
                    lost.add(entry);
                }
                highest = Math.max(highest, entry.sequence());
            }
        }
        return lost;
    }

    /** Without the slow work: where a frozen process is meant, which cannot end what it had begun. */
    public WorkLog withoutSlow() {
        return new WorkLog(
                entries.stream().filter(entry -> entry.kind() != Kind.SLOW).toList());
    }

    /** The end of a file that is still written, about the last second of work. */
    public static WorkLog tail(Path file) {
        if (!Files.exists(file)) {
            return new WorkLog(List.of());
        }
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
            long start = Math.max(0, open.length() - TAIL_BYTES);
            byte[] bytes = new byte[(int) (open.length() - start)];
            open.seek(start);
            open.readFully(bytes);
            String text = new String(bytes, StandardCharsets.UTF_8);
            int begin = start == 0 ? 0 : text.indexOf('\n') + 1;
            int end = text.lastIndexOf('\n') + 1;
            return new WorkLog(
                    end <= begin
                            ? List.of()
                            : text.substring(begin, end)
                                    .lines()
                                    .map(Entry::parse)
                                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The work that ended after {@code nanos} of the wall clock. */
    public WorkLog after(long nanos) {
        return new WorkLog(entries.stream().filter(entry -> entry.to() > nanos).toList());
    }

    /** The entries in the order in which they ended. */
    public List<Entry> entries() {
        return entries;
    }

    /** The scenario's line: what it cost. */
    public String line(String scenario) {
        return "%-48s gap %s ms, overlap %d ms, refused %d, lost %d"
                .formatted(scenario, gapsMillis(), overlapMillis(), refused(), lost().size());
    }
}
