package dev.millrace.worker.transport;

import dev.millrace.worker.transport.UpstreamFailure.Kind;
import io.micronaut.http.client.exceptions.ContentLengthExceededException;
import io.micronaut.http.client.exceptions.ResponseClosedException;
import io.micronaut.http.exceptions.BufferLengthExceededException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Sorts what the HTTP client throws. The reasons are for operators and name no address.
final class Failures {
    private static final int DEEPEST = 8;

    private Failures() {}

    static UpstreamFailure of(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
            UpstreamFailure sorted = sort(cause);
            if (sorted != null) {
                return sorted;
            }
            cause = cause.getCause();
        }
        return new UpstreamFailure(Kind.BROKEN, failure.getClass().getSimpleName());
    }

    private static @Nullable UpstreamFailure sort(Throwable cause) {
        return switch (cause) {
            case UpstreamFailure known -> known;
            case UnknownHostException _ ->
                    new UpstreamFailure(Kind.NOT_REACHED, "the host name is not known");
            case ConnectException _ -> new UpstreamFailure(Kind.NOT_REACHED, "connection refused");
            case SSLException _ -> new UpstreamFailure(Kind.NOT_REACHED, "no TLS connection");
            case ContentLengthExceededException _, BufferLengthExceededException _ ->
                    new UpstreamFailure(Kind.TOO_LARGE, "the answer is too large");
            case ResponseClosedException _, IOException _ ->
                    new UpstreamFailure(Kind.BROKEN, "the connection was closed");
            default -> null;
        };
    }
}
