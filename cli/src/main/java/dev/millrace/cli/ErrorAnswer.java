package dev.millrace.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// What the gateway says when it refuses or fails.
///
/// @param message for a person
/// @param code a word that names the case; empty where there is none
/// @param requestId names the request in the gateway's log; empty where there is none
record ErrorAnswer(String message, String code, String requestId) {

    /// The error that an answer or an event of a stream holds; empty where it holds none.
    static Optional<ErrorAnswer> in(JsonNode answer) {
        JsonNode error = answer.path("error");
        if (error.isObject()) {
            String code = Json.text(error, "code");
            String id = Json.text(answer, "request_id");
            return Optional.of(
                    new ErrorAnswer(
                            Json.text(error, "message"),
                            code.isEmpty() ? Json.text(error, "type") : code,
                            id.isEmpty() ? Json.text(error, "request_id") : id));
        }
        return error.isString()
                ? Optional.of(new ErrorAnswer(Json.text(answer, "error"), "", ""))
                : Optional.empty();
    }

    ErrorAnswer withRequestId(String id) {
        return requestId.isEmpty() ? new ErrorAnswer(message, code, id) : this;
    }

    CommandFailure toFailure() {
        List<String> facts = new ArrayList<>();
        if (!code.isEmpty()) {
            facts.add(code);
        }
        if (!requestId.isEmpty()) {
            facts.add("request " + requestId);
        }
        String what = message.isEmpty() ? "the gateway refused without a reason" : message;
        return CommandFailure.of(
                facts.isEmpty() ? what : what + " (" + String.join(", ", facts) + ")", code);
    }
}
