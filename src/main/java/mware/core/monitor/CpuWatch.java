package mware.core.monitor;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/** Tells a processor that stays busy from one that was busy for a moment. */
final class CpuWatch {

    /** How long it must have been busy, on average. */
    static final Duration WINDOW = Duration.ofMinutes(1);

    private final LongSupplier nanos;
    private final Deque<Sample> samples = new ArrayDeque<>();
    private boolean raised;

    private record Sample(long nanos, double percent) {}

    CpuWatch(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * Adds a sample, and gives the average of the last minute while that is too much.
     *
     * <p>Once it is, it is until the average falls 10 points below the limit, so that it does not flap.
     *
     * @param percent of busy time since the last sample; negative when not known
     */
    OptionalDouble add(double percent, double limit) {
        long now = nanos.getAsLong();
        if (percent >= 0) {
            samples.addLast(new Sample(now, percent));
        }
        while (!samples.isEmpty() && now - samples.getFirst().nanos() > WINDOW.toNanos()) {
            samples.removeFirst();
        }
        double average = samples.stream().mapToDouble(Sample::percent).average().orElse(0);
        boolean covered = !samples.isEmpty() && now - samples.getFirst().nanos() >= WINDOW.toNanos() * 3 / 4;
        raised = raised ? average >= limit - 10 : covered && average >= limit;
        return raised ? OptionalDouble.of(average) : OptionalDouble.empty();
    }
}
