package dev.millrace.worker.secrets;

import java.io.Serial;

/// A reference that leads to no secret. The message names the reference.
public final class SecretMissing extends Exception {
    @Serial private static final long serialVersionUID = 1;

    SecretMissing(String message) {
        super(message, null, false, false);
    }
}
