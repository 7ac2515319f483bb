package dev.millrace.faults.load;

import dev.millrace.faults.load.Told.Kind;
import dev.millrace.faults.load.Told.Verdict;
import dev.millrace.faults.process.Service;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/// A plain client over HTTP: it asks once, and what it is told is the outcome.
///
/// @param ingress that it asks
/// @param tenant who asks
/// @param deadline that the request asks for
record HttpCaller(Service ingress, Tenant tenant, Duration deadline) {

    /// Longer than a gateway that keeps its promises stays silent behind a deadline.
    static final Duration GRACE = Duration.ofSeconds(30);

    Told ask(String marker, boolean stream) {
        Instant sent = Instant.now();
        Finding finding = exchange(marker, stream);
        boolean told = finding.verdict() == Verdict.ANSWERED || finding.verdict() == Verdict.FAILED;
        return new Told(
                marker,
                stream ? Kind.STREAM : Kind.JSON,
                sent,
                Instant.now(),
                finding.verdict(),
                finding.detail(),
                ingress.name(),
                null,
                told ? 1 : 0);
    }

    private Finding exchange(String marker, boolean stream) {
        Map<String, String> headers =
                Map.of(
                        "authorization",
                        "Bearer " + tenant.key(),
                        "x-millrace-deadline-ms",
                        Long.toString(deadline.toMillis()));
        try {
            Http.Response response =
                    new Http(ingress.port(), deadline.plus(GRACE))
                            .send(
                                    "POST",
                                    "/v1/chat/completions",
                                    headers,
                                    Bodies.chat(marker, stream));
            return Finding.of(response, marker);
        } catch (IOException none) {
            return Finding.of(none);
        }
    }
}
