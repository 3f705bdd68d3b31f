package mware.service.udpecho;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of the sources, in bounded memory: when all places are taken by sources that are busy, newcomers
 * share one place, and so one rate, instead of pushing the others out. Not safe for several threads.
 */
public final class Sources {

    /** How many sources have a place of their own. */
    static final int PLACES = 4096;

    /** The same payload so often from one source, and the next is left out. */
    static final int LOOP_AFTER = 10_000;

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** Least recently heard of first. */
    private final Map<InetAddress, Source> places = new LinkedHashMap<>(256, 0.75f, true);

    private @Nullable Source crowd;
    private long seen;

    /** What is known of {@code address}, or of the crowd that it is part of. */
    Source of(InetAddress address, long now) {
        Source known = places.get(address);
        if (known != null) {
            return known;
        }
        if (places.size() >= PLACES) {
            var eldest = places.entrySet().iterator();
            if (now - eldest.next().getValue().last < SECOND) {
                crowd = crowd == null ? new Source(now - SECOND) : crowd;
                return crowd;
            }
            eldest.remove(); // silent for so long that it may ask in full again: nothing is lost
        }
        Source fresh = new Source(now - SECOND);
        places.put(address, fresh);
        seen++;
        return fresh;
    }

    /** How many sources got a place so far; one that was forgotten and came back counts again. */
    long seen() {
        return seen;
    }

    /** How many have a place now. */
    int remembered() {
        return places.size();
    }

    /** One source: a token bucket that holds one second's worth, and the payload that is watched for a loop. */
    static final class Source {

        private double tokens;
        private long last;
        private int watched;
        private int repeats;
        private int others = LOOP_AFTER;

        /** Starts full, as if it had been silent since {@code last}. */
        private Source(long last) {
            this.last = last;
        }

        /** Takes one of the {@code rate} answers a second, if one is left. */
        boolean mayAsk(int rate, long now) {
            tokens = Math.min(rate, tokens + (double) (now - last) * rate / SECOND);
            last = now;
            if (tokens < 1) {
                return false;
            }
            tokens--;
            return true;
        }

        /**
         * Whether this payload came back {@value Sources#LOOP_AFTER} times; says so once, then starts anew.
         *
         * <p>A payload is watched until as many others came without it, so that several that go round are found too,
         * one after the other. Whoever sends one and the same payload without end loses one answer in so many.
         */
        boolean loops(int mark) {
            if (mark == watched && others < LOOP_AFTER) {
                others = 0;
                repeats++;
                if (repeats < LOOP_AFTER) {
                    return false;
                }
                others = LOOP_AFTER;
                return true;
            }
            others++;
            if (others >= LOOP_AFTER) {
                watched = mark;
                repeats = 1;
                others = 0;
            }
            return false;
        }
    }
}
