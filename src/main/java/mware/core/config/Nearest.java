package mware.core.config;

import java.util.Collection;
import java.util.stream.Collectors;

/** Finds the known word that a mistyped one was probably meant to be. */
final class Nearest {

    /** More candidates than this are not searched: a whole domain tree would take too long for each mistake. */
    private static final int MOST_CANDIDATES = 2000;

    private static final int MOST_LISTED = 12;

    private Nearest() {}

    /** A clause for a message: {@code , nearest is group}, or the known words where none is near, or nothing. */
    static String clause(String word, Collection<String> known) {
        String nearest = of(word, known);
        if (!nearest.isEmpty()) {
            return ", nearest is " + nearest;
        }
        if (known.isEmpty() || known.size() > MOST_LISTED) {
            return "";
        }
        return ", known: " + known.stream().sorted().collect(Collectors.joining(" "));
    }

    /** The nearest word, empty when none is near. */
    static String of(String word, Collection<String> known) {
        if (known.size() > MOST_CANDIDATES || word.length() > 253) {
            return "";
        }
        String best = "";
        int least = Math.max(2, word.length() / 3) + 1;
        for (String candidate : known) {
            if (Math.abs(candidate.length() - word.length()) < least) {
                int distance = distance(word, candidate);
                if (distance < least || distance == least && !best.isEmpty() && candidate.compareTo(best) < 0) {
                    least = distance;
                    best = candidate;
                }
            }
        }
        return best;
    }

    /** Letters to add, drop, change or swap with their neighbour (optimal string alignment). */
    static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                cost[i][j] = Math.min(cost[i - 1][j - 1] + change, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                }
            }
        }
        return cost[a.length()][b.length()];
    }
}
