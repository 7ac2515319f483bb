package dev.millrace.faults.load;

import dev.millrace.faults.load.Told.Kind;
import dev.millrace.faults.load.Told.Verdict;
import dev.millrace.faults.process.Service;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A client whose outcome is kept: it asks again, here or there, until it knows, and then once more
/// of each instance, which all have to say the same.
///
/// @param ingresses that it asks, in turn
/// @param tenant who asks
/// @param deadline that the request asks for
record KeptCaller(List<Service> ingresses, Tenant tenant, Duration deadline) {

    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final int ACCEPTED = 202;

    /// With an `Idempotency-Key`: every try is the same request.
    Told idempotent(String marker, boolean stream) throws InterruptedException {
        Map<String, String> headers = headers();
        headers.put("idempotency-key", marker);
        return untilKnown(
                marker,
                Kind.IDEMPOTENT,
                ingress -> {
                    Http.Response response =
                            http(ingress)
                                    .send(
                                            "POST",
                                            "/v1/chat/completions",
                                            headers,
                                            Bodies.chat(marker, stream));
                    return response.isPassing() ? null : response;
                });
    }

    /// With `Prefer: respond-async`: asked once, and asked after until it has ended. Without its
    /// 202 it was promised nothing: what became of its connection is its outcome.
    Told async(String marker) throws InterruptedException {
        Instant sent = Instant.now();
        Map<String, String> headers = headers();
        headers.put("prefer", "respond-async");
        Service first = ingresses.getFirst();
        String id;
        try {
            Http.Response taken =
                    http(first)
                            .send(
                                    "POST",
                                    "/v1/chat/completions",
                                    headers,
                                    Bodies.chat(marker, false));
            if (taken.status() != ACCEPTED) {
                return told(marker, Kind.ASYNC, sent, Finding.of(taken, marker), first, 0);
            }
            id = JsonMapper.shared().readTree(taken.body()).path("id").asString("");
        } catch (IOException none) {
            return told(marker, Kind.ASYNC, sent, Finding.of(none), first, 0);
        }
        return untilKnown(marker, Kind.ASYNC, ingress -> outcome(http(ingress), headers(), id));
    }

    /// One try.
    @FunctionalInterface
    private interface Try {
        /// @return null where nothing is known yet
        Http.@Nullable Response ask(Service ingress) throws IOException;
    }

    private Told untilKnown(String marker, Kind kind, Try attempt) throws InterruptedException {
        Instant sent = Instant.now();
        Instant end = sent.plus(deadline).plus(HttpCaller.GRACE);
        Finding finding = new Finding(Verdict.NOT_SENT, "never asked");
        for (int i = 0; Instant.now().isBefore(end); i++) {
            try {
                Http.Response response = attempt.ask(ingresses.get(i % ingresses.size()));
                if (response != null) {
                    finding = Finding.of(response, marker);
                    return told(marker, kind, sent, finding, null, answers(response, attempt));
                }
                finding = new Finding(Verdict.SILENCE, "no outcome");
            } catch (IOException none) {
                finding = Finding.of(none);
            }
            Thread.sleep(PAUSE);
        }
        return told(marker, kind, sent, new Finding(Verdict.SILENCE, finding.detail()), null, 0);
    }

    /// How many different answers the instances give.
    private int answers(Http.Response first, Try attempt) {
        int answers = 1;
        for (Service ingress : ingresses) {
            try {
                Http.Response again = attempt.ask(ingress);
                if (again != null && !again.equals(first)) {
                    answers++;
                }
            } catch (IOException away) {
                // It is being killed. The other one has been asked.
            }
        }
        return answers;
    }

    private static Http.@Nullable Response outcome(
            Http http, Map<String, String> headers, String id) throws IOException {
        Http.Response state = http.send("GET", "/v1/requests/" + id, headers, "");
        try {
            JsonNode request = JsonMapper.shared().readTree(state.body());
            return switch (request.path("status").asString("")) {
                case "completed" ->
                        new Http.Response(
                                200, false, true, request.at("/response/body").toString());
                case "failed", "expired", "cancelled" ->
                        new Http.Response(
                                request.at("/response/status_code").asInt(408),
                                false,
                                true,
                                "{\"error\":{\"message\":\"\",\"type\":\"\",\"code\":\""
                                        + request.path("status").asString("")
                                        + "\"}}");
                default -> null;
            };
        } catch (JacksonException nonsense) {
            return null;
        }
    }

    private Told told(
            String marker,
            Kind kind,
            Instant sent,
            Finding finding,
            @Nullable Service ingress,
            int answers) {
        return new Told(
                marker,
                kind,
                sent,
                Instant.now(),
                finding.verdict(),
                finding.detail(),
                ingress == null ? null : ingress.name(),
                null,
                answers);
    }

    private Http http(Service ingress) {
        return new Http(ingress.port(), deadline.plus(HttpCaller.GRACE));
    }

    private Map<String, String> headers() {
        Map<String, String> headers = new HashMap<>();
        headers.put("authorization", "Bearer " + tenant.key());
        headers.put("x-millrace-deadline-ms", Long.toString(deadline.toMillis()));
        return headers;
    }
}
