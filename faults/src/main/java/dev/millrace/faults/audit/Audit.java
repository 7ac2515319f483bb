package dev.millrace.faults.audit;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/// What was found about one fault.
///
/// @param strikes kills, stops and outages
/// @param accepted requests on the log
/// @param outcomes of them, those whose client was told
/// @param failed of these, those that were told an error, or whose connection broke with their
///   ingress
/// @param lost accepted requests without an outcome
/// @param doubled accepted requests with more than one visible outcome
/// @param charged attempts that are charged exactly once
/// @param calls that the provider counted
/// @param extra calls beyond the first of each request
/// @param uncalled attempts whose start is on the log and whose call the provider never saw
/// @param takeOver the longest that work lay after a kill; zero where nothing took over
/// @param broken what broke which rule, a line each
public record Audit(
        String fault,
        int strikes,
        int accepted,
        int outcomes,
        int failed,
        int lost,
        int doubled,
        int charged,
        int calls,
        int extra,
        int uncalled,
        Duration takeOver,
        Map<String, List<String>> broken) {

    public Audit {
        broken = Map.copyOf(broken);
    }

    public boolean passed() {
        return broken.isEmpty();
    }
}
