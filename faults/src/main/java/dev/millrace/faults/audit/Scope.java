package dev.millrace.faults.audit;

import dev.millrace.faults.load.Told;
import dev.millrace.faults.process.Role;
import java.time.Duration;
import java.util.List;

/// What one fault did and which promises bind it, for the audit.
///
/// @param name the fault's
/// @param prefix of the markers of its requests
/// @param told what the clients were told
/// @param strikes what was done, and when
/// @param poison where records stand that are none, as `topic-partition@offset`
/// @param failures what the fault itself found to fail, a line each
/// @param expectation which promises hold all the same
public record Scope(
        String name,
        String prefix,
        List<Told> told,
        List<Strike> strikes,
        List<String> poison,
        List<String> failures,
        Expectation expectation) {

    /// The record's times and the harness's come from one clock, but are rounded to milliseconds.
    static final Duration CLOCKS = Duration.ofMillis(50);

    public Scope {
        told = List.copyOf(told);
        strikes = List.copyOf(strikes);
        poison = List.copyOf(poison);
        failures = List.copyOf(failures);
    }

    List<Strike> strikes(Role role) {
        return strikes.stream().filter(strike -> strike.role() == role).toList();
    }
}
