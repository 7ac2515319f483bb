package dev.millrace.worker.bedrock;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.worker.contract.GoldenCase;
import dev.millrace.worker.contract.GoldenContract;
import dev.millrace.worker.contract.ScriptedUpstream;
import dev.millrace.worker.provider.Operation;
import dev.millrace.worker.provider.Outcome;
import java.net.URLDecoder;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// The contract's golden half, with streams framed as AWS does. What happens when connections, the
/// clock or clients do not do as they should is in [WaitsTest] and [FailuresTest].
class BedrockContractTest extends GoldenContract {
    private static final InstantSource NOON =
            InstantSource.fixed(Instant.parse("2026-01-01T12:00:00Z"));
    private static final String ID = "x-amzn-RequestId: " + REQUEST_ID;

    @Override
    protected String dialect() {
        return "bedrock";
    }

    @Override
    protected Played play(GoldenCase golden) throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                Attempts attempts =
                        Attempts.at(upstream.baseUrl().resolve("/"), Attempts.PATIENT, NOON)) {
            if (golden.streamed()) {
                byte[][] frames = Frames.of(golden.upstream());
                upstream.then(connection -> {
                    connection.write(
                            "HTTP/1.1 200 OK\r\ncontent-type: application/vnd.amazon.eventstream\r\n"
                                    + ID
                                    + "\r\ntransfer-encoding: chunked\r\n\r\n");
                    for (byte[] frame : frames) {
                        connection.chunk(frame);
                    }
                    connection.write("0\r\n\r\n");
                    return true;
                });
            } else {
                upstream.thenAnswer(
                        200, golden.upstream(), ID, "x-amzn-bedrock-input-token-count: 6");
            }
            Operation operation =
                    golden.embedding() ? Operation.EMBEDDING : Operation.CHAT_COMPLETION;
            String model = URLDecoder.decode(golden.path().split("/")[2], UTF_8);
            Outcome outcome =
                    attempts.attempt(model, golden.client(), operation, golden.streamed());
            ScriptedUpstream.Received received = upstream.received().getFirst();
            return new Played(received.path(), received.body(), outcome, attempts.sent());
        }
    }

    @Override
    protected Outcome answered(JsonNode error) throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                Attempts attempts = Attempts.at(upstream.baseUrl().resolve("/"))) {
            List<String> headers = new ArrayList<>(List.of(ID));
            error.path("headers")
                    .properties()
                    .forEach(header ->
                            headers.add(header.getKey() + ": " + header.getValue().asString()));
            upstream.thenAnswer(
                    error.path("status").asInt(),
                    error.path("body").toString(),
                    headers.toArray(String[]::new));
            return attempts.whole(Attempts.HELLO);
        }
    }
}
