package dev.millrace.worker.http;

import java.io.Serial;

/// No token is given out for a credential, or there is no credential at all. The message is for
/// operators and quotes no secret.
public final class TokenRefused extends Exception {
    @Serial private static final long serialVersionUID = 1;

    public TokenRefused(String message) {
        super(message, null, false, false);
    }
}
