package dev.millrace.router.routing;

import java.util.List;

/// What is decided about a request.
public sealed interface Route {

    /// It goes to the first candidate; the others are left for reroutes.
    ///
    /// @param candidates at least one, in order
    /// @param reason why these: for people who read the dispatch or the charge
    record Chosen(List<Candidate> candidates, String reason) implements Route {

        public Chosen {
            candidates = List.copyOf(candidates);
            if (candidates.isEmpty()) {
                throw new IllegalArgumentException("a chosen route has a candidate");
            }
        }
    }

    /// It goes nowhere, and the caller is told why.
    record Refused(Refusal refusal) implements Route {}
}
