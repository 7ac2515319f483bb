package dev.millrace.cli.reading;

/// Thrown when records that are known to be there do not come. The message is for a person.
public final class StuckReading extends RuntimeException {

    StuckReading(String message) {
        super(message);
    }
}
