package dev.millrace.worker.http;

import dev.millrace.worker.transport.UpstreamClient;
import dev.millrace.worker.transport.UpstreamFailure;
import dev.millrace.worker.transport.UpstreamResponse;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Asks a self-hosted server about itself, with the credential of other calls. A server that is
/// slow to answer one question gets less time for the next ones. For one thread.
public final class ServerQuestions {
    /// For all questions of a look: it must not keep the provider's health from being told.
    private static final Duration LOOK = Duration.ofSeconds(2);

    /// For one question: the server looks these numbers up, it computes nothing.
    private static final Duration QUESTION = Duration.ofSeconds(1);

    /// A longer answer, in bytes, is none: vLLM's metrics of one model take some 60 kB.
    private static final int LONGEST = 1024 * 1024;

    /// An answer, whatever its status is.
    public record Answer(int status, byte[] body) {}

    private final UpstreamClient client;
    private final Map<String, String> headers;
    private final InstantSource clock;
    private final Instant end;

    ServerQuestions(UpstreamClient client, Map<String, String> headers, InstantSource clock) {
        this.client = client;
        this.headers = headers;
        this.clock = clock;
        this.end = clock.instant().plus(LOOK);
    }

    /// Asks with GET.
    ///
    /// @param path below the dialect's root
    /// @return empty where no answer came in time, or one that is far too long
    public Optional<Answer> get(String path) throws InterruptedException {
        return ask(path, "*/*", null);
    }

    /// Asks with POST.
    ///
    /// @param path below the dialect's root
    /// @param json the body
    /// @return empty where no answer came in time, or one that is far too long
    public Optional<Answer> post(String path, byte[] json) throws InterruptedException {
        return ask(path, "application/json", json);
    }

    private Optional<Answer> ask(String path, String accept, byte @Nullable [] body)
            throws InterruptedException {
        Duration left = left();
        if (left.isZero()) {
            return Optional.empty();
        }
        Map<String, String> all = new HashMap<>(headers);
        all.put("accept", accept);
        UpstreamResponse response;
        try {
            response = client.send(path, body, all, left);
        } catch (UpstreamFailure _) {
            return Optional.empty();
        }
        try {
            Optional<byte[]> answer = body(response);
            if (answer.isPresent()) {
                response.finish();
            } else {
                response.abort();
            }
            return answer.map(bytes -> new Answer(response.status(), bytes));
        } catch (UpstreamFailure _) {
            response.abort();
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            response.abort();
            throw interrupted;
        }
    }

    private Optional<byte[]> body(UpstreamResponse response)
            throws UpstreamFailure, InterruptedException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] piece = response.piece(left()); piece != null; piece = response.piece(left())) {
            all.writeBytes(piece);
            if (all.size() > LONGEST) {
                return Optional.empty();
            }
        }
        return Optional.of(all.toByteArray());
    }

    private Duration left() {
        Duration left = Duration.between(clock.instant(), end);
        if (left.isNegative()) {
            return Duration.ZERO;
        }
        return left.compareTo(QUESTION) < 0 ? left : QUESTION;
    }
}
