package dev.millrace.worker.validation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.worker.dialect.ChatBody;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Finds out which form requests ask for. Many requests share one schema: the latest are kept as
/// they were compiled. Thread-safe.
public final class AnswerForms {

    /// A longer `response_format`, in bytes, is left to the provider: OpenAI itself takes schemas
    /// of at most 120,000 characters of names and values.
    static final int LONGEST = 128 * 1024;

    /// The most characters of schemas that are kept: they take some ten times that in memory.
    private static final int MOST_KEPT = 1024 * 1024;

    /// The most schemas that are kept.
    private static final int MOST_FORMS = 64;

    private final Map<String, AnswerForm> kept = new LinkedHashMap<>(16, 0.75f, true);
    private int characters;

    /// The form that a chat request wants its answer in.
    ///
    /// @param body the request's JSON; not changed
    /// @return empty if any text will do, or if what it asks for is not checked here
    public Optional<AnswerForm> of(byte[] body) {
        Optional<byte[]> format = ChatBody.member(body, "response_format");
        if (format.isEmpty() || format.get().length > LONGEST) {
            return Optional.empty();
        }
        String json = new String(format.get(), UTF_8);
        AnswerForm known = known(json);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<AnswerForm> form =
                JsonText.read(json) instanceof JsonText.Read(JsonNode tree)
                        ? AnswerForm.of(tree)
                        : Optional.empty();
        form.ifPresent(one -> keep(json, one));
        return form;
    }

    private synchronized @Nullable AnswerForm known(String json) {
        return kept.get(json);
    }

    private synchronized void keep(String json, AnswerForm form) {
        if (kept.put(json, form) == null) {
            characters += json.length();
        }
        Iterator<String> eldest = kept.keySet().iterator();
        while (characters > MOST_KEPT || kept.size() > MOST_FORMS) {
            characters -= eldest.next().length();
            eldest.remove();
        }
    }
}
