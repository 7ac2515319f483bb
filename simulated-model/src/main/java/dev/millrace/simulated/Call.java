package dev.millrace.simulated;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// One call for a completion or an embedding, with what its behaviour and its scripted failure make
/// of it.
record Call(
        Exchange exchange,
        SimulatedBehaviour behaviour,
        SimulatedFailure failure,
        long number,
        Instant at) {
    private static final byte[] PAGE =
            "<html><body>It works!</body></html>".getBytes(StandardCharsets.UTF_8);

    void serve(boolean embedding) throws IOException, InterruptedException, RefusedRequest {
        ObjectNode request = Json.request(exchange.body());
        String marker = request.path("user").asString("");
        if (!marker.isEmpty()) {
            exchange.counts().marked(marker);
        }
        if (failure instanceof SimulatedFailure.Refuse refuse) {
            refuse(refuse);
            return;
        }
        if (embedding) {
            whole(EmbeddingAnswer.to(request, reportsUsage()));
            return;
        }
        ChatRequest chat = ChatRequest.read(request);
        ChatAnswer answer = ChatAnswer.to(chat, behaviour);
        ChatJson json =
                new ChatJson(
                        "chatcmpl-sim-" + number,
                        at.getEpochSecond(),
                        chat,
                        answer,
                        reportsUsage());
        if (chat.stream()) {
            stream(json);
        } else {
            exchange.pause(generationTime(answer.tokens().size()));
            whole(json.whole());
        }
    }

    private boolean reportsUsage() {
        return behaviour.reportUsage() && !(failure instanceof SimulatedFailure.OmitUsage);
    }

    private Duration generationTime(int tokens) {
        return behaviour.tokensPerSecond() == 0
                ? Duration.ZERO
                : Duration.ofNanos((long) (tokens * 1e9 / behaviour.tokensPerSecond()));
    }

    private void refuse(SimulatedFailure.Refuse refuse) throws IOException {
        Duration retryAfter = refuse.retryAfter();
        if (retryAfter != null) {
            exchange.header("retry-after", Long.toString(retryAfter.toSeconds()));
            exchange.header("retry-after-ms", Long.toString(retryAfter.toMillis()));
        }
        String type = refuse.status() < 500 ? "invalid_request_error" : "server_error";
        exchange.answer(
                refuse.status(),
                Json.error("The simulated model refuses as scripted.", type, null, refuse.code()));
    }

    private void whole(byte[] body) throws IOException, InterruptedException {
        exchange.pause(behaviour.firstTokenLatency());
        switch (failure) {
            case SimulatedFailure.Hang _, SimulatedFailure.HangMidStream _ -> exchange.hang(null);
            case SimulatedFailure.CutMidStream _ -> exchange.answerHalf(body);
            case SimulatedFailure.ErrorMidStream _ -> exchange.answer(200, serverError());
            case SimulatedFailure.Nonsense _ -> exchange.answer(200, "text/html", PAGE);
            case SimulatedFailure.None _,
                    SimulatedFailure.OmitUsage _,
                    SimulatedFailure.Refuse _ -> {
                exchange.answer(200, body);
                exchange.counts().wasAnswered();
            }
        }
    }

    private void stream(ChatJson json) throws IOException, InterruptedException {
        exchange.pause(behaviour.firstTokenLatency());
        switch (failure) {
            case SimulatedFailure.Hang _ -> exchange.hang(null);
            case SimulatedFailure.Nonsense _ -> exchange.answer(200, "text/html", PAGE);
            case SimulatedFailure.HangMidStream hang -> {
                OutputStream out = exchange.openStream();
                tokens(out, json, hang.chunks());
                exchange.hang(out);
            }
            case SimulatedFailure.CutMidStream cut -> {
                OutputStream out = exchange.openStream();
                tokens(out, json, cut.chunks());
                out.flush();
                throw new IOException("connection dropped as scripted");
            }
            case SimulatedFailure.ErrorMidStream error -> {
                OutputStream out = exchange.openStream();
                tokens(out, json, error.chunks());
                Exchange.event(out, new String(serverError(), StandardCharsets.UTF_8));
                out.close();
            }
            case SimulatedFailure.None _, SimulatedFailure.OmitUsage _, SimulatedFailure.Refuse _ ->
                    complete(json);
        }
    }

    private void complete(ChatJson json) throws IOException, InterruptedException {
        try {
            OutputStream out = exchange.openStream();
            tokens(out, json, Integer.MAX_VALUE);
            for (int i = 0; i < json.request().choices(); i++) {
                Exchange.event(out, json.closing(i));
            }
            if (json.usage() && json.request().includeUsage()) {
                Exchange.event(out, json.usageChunk());
            }
            Exchange.event(out, "[DONE]");
            out.close();
            exchange.counts().wasAnswered();
        } catch (IOException gone) {
            exchange.counts().lostItsClient();
            throw gone;
        }
    }

    /// Sends at most so many chunks. The first token leaves at once, later ones when the pace says
    /// so.
    private void tokens(OutputStream out, ChatJson json, int most)
            throws IOException, InterruptedException {
        Duration gap = generationTime(1);
        List<String> tokens = json.answer().tokens();
        int sent = 0;
        for (int i = 0; i < json.request().choices() && sent < most; i++, sent++) {
            Exchange.event(out, json.opening(i));
        }
        for (int t = 0; t < tokens.size(); t++) {
            if (t > 0) {
                exchange.pause(gap);
            }
            for (int i = 0; i < json.request().choices() && sent < most; i++, sent++) {
                Exchange.event(out, json.token(i, tokens.get(t)));
            }
            if (t == 0 || gap.isPositive()) {
                out.flush();
            }
            if (sent >= most) {
                return;
            }
        }
    }

    private static byte[] serverError() {
        return Json.error(
                "The simulated model fails as scripted.", "server_error", null, "server_error");
    }
}
