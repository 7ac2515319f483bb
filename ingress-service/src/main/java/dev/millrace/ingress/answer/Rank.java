package dev.millrace.ingress.answer;

import java.util.Comparator;

/// Which attempt a reply belongs to. Of two attempts at one request the higher one is the later
/// decision of the router or of a new owner of the partition.
///
/// @param hop of the dispatch, from 0
/// @param fence grows with every change of the dispatch partition's owner
/// @param attempt within the dispatch, from 1; 0 where no attempt was made
public record Rank(int hop, long fence, int attempt) implements Comparable<Rank> {

    private static final Comparator<Rank> ORDER =
            Comparator.comparingInt(Rank::hop)
                    .thenComparingLong(Rank::fence)
                    .thenComparingInt(Rank::attempt);

    @Override
    public int compareTo(Rank other) {
        return ORDER.compare(this, other);
    }
}
