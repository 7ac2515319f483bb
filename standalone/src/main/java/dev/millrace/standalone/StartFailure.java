package dev.millrace.standalone;

/// Thrown when `up` or `serve` cannot start for a reason that its user can mend. The message is for
/// that user, and all there is to say.
final class StartFailure extends RuntimeException {

    StartFailure(String message) {
        super(message);
    }

    StartFailure(String message, Throwable cause) {
        super(message, cause);
    }

    /// The reason, for the user.
    String reason() {
        return String.valueOf(getMessage());
    }
}
