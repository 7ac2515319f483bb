package dev.millrace.faults.load;

import dev.millrace.faults.load.Told.Verdict;
import dev.millrace.faults.provider.Texts;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What an answer says, or the lack of one.
///
/// @param detail the status and the error's code, or how the connection broke
record Finding(Verdict verdict, String detail) {

    /// Reads an answer to the request with this marker.
    static Finding of(Http.Response response, String marker) {
        try {
            return response.events()
                    ? events(response.body(), marker)
                    : json(response.status(), response.body(), marker);
        } catch (JacksonException nonsense) {
            return new Finding(Verdict.WRONG, "not JSON");
        }
    }

    /// There was none.
    static Finding of(IOException failure) {
        if (failure instanceof ConnectException) {
            return new Finding(Verdict.NOT_SENT, "refused");
        }
        return failure instanceof SocketTimeoutException
                ? new Finding(Verdict.SILENCE, "timed out")
                : new Finding(Verdict.BROKEN, String.valueOf(failure.getMessage()));
    }

    /// A whole answer, or an error where it is none.
    static Finding json(int status, String body, String marker) {
        JsonNode answer = JsonMapper.shared().readTree(body);
        if (status != 200) {
            return failed(answer, Integer.toString(status));
        }
        String text = answer.at("/choices/0/message/content").asString("");
        return Texts.isAnswer(text, marker)
                ? new Finding(Verdict.ANSWERED, "200")
                : new Finding(Verdict.WRONG, "another's answer, or not whole");
    }

    private static Finding failed(JsonNode answer, String status) {
        JsonNode error = answer.path("error");
        return error.path("message").isString() && error.path("type").isString()
                ? new Finding(Verdict.FAILED, status + " " + error.path("code").asString("-"))
                : new Finding(Verdict.WRONG, status + " without an error");
    }

    private static Finding events(String body, String marker) {
        StringBuilder text = new StringBuilder();
        boolean done = false;
        for (String line : body.lines().toList()) {
            if (!line.startsWith("data:")) {
                continue;
            }
            String data = line.substring(5).strip();
            if (done) {
                return new Finding(Verdict.WRONG, "events after the end");
            }
            if (data.equals("[DONE]")) {
                done = true;
                continue;
            }
            JsonNode event = JsonMapper.shared().readTree(data);
            if (event.has("error")) {
                return failed(event, "stream");
            }
            text.append(event.at("/choices/0/delta/content").asString(""));
        }
        if (!done) {
            return new Finding(Verdict.WRONG, "a stream without an end");
        }
        return Texts.isAnswer(text.toString(), marker)
                ? new Finding(Verdict.ANSWERED, "200")
                : new Finding(Verdict.WRONG, "another's stream, or not whole");
    }
}
