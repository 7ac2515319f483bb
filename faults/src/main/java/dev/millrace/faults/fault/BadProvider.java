package dev.millrace.faults.fault;

import dev.millrace.faults.audit.Expectation;
import dev.millrace.faults.provider.Misbehaviour;
import java.time.Duration;
import java.util.Locale;

/// A provider that misbehaves for a while.
///
/// @param how to
public record BadProvider(Misbehaviour how) implements Fault {

    private static final Duration BAD = Duration.ofSeconds(15);
    private static final Duration GOOD = Duration.ofSeconds(3);

    @Override
    public String name() {
        return "provider-" + how.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String expected() {
        return switch (how) {
            case NONE -> "every request is answered";
            case HANG, DRIP -> "timeouts end the calls, which are charged by estimate";
            case CUT, ERROR_BODY -> "typed errors; calls charged once";
            case NO_USAGE -> "answered; usage is estimated and flagged";
            case THROTTLE -> "at most 1.2 calls for each request";
            case FLAP -> "no retry beyond the budget of each request";
        };
    }

    @Override
    public Expectation expectation() {
        return switch (how) {
            case NONE, NO_USAGE -> Expectation.STRICT;
            case THROTTLE -> Expectation.badProvider(1.2);
            case HANG, DRIP, CUT, ERROR_BODY, FLAP -> Expectation.badProvider(4);
        };
    }

    @Override
    public void run(Stage stage) throws InterruptedException {
        stage.provider().behave(how);
        stage.pass(BAD);
        stage.provider().behave(Misbehaviour.NONE);
        stage.pass(GOOD);
    }
}
