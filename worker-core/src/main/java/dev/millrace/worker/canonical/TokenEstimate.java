package dev.millrace.worker.canonical;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import java.util.Optional;

/// Counts tokens that a provider did not report: with the model's own encoding where it is known,
/// by bytes otherwise. Thread-safe; an encoding's tables are loaded when it is first needed.
public final class TokenEstimate {
    private static final EncodingRegistry ENCODINGS = Encodings.newLazyEncodingRegistry();

    /// English prose averages four bytes to the token in OpenAI's encodings.
    private static final int BYTES_PER_TOKEN = 4;

    /// An encoder takes a tenth of a millisecond for a thousand characters: more is not worth it.
    private static final int LONGEST_ENCODED = 100_000;

    private TokenEstimate() {}

    /// How many tokens a text has, about.
    ///
    /// @param model the model's name at the provider
    public static long tokens(String model, CharSequence text) {
        if (text.isEmpty()) {
            return 0;
        }
        Optional<Encoding> encoding =
                text.length() <= LONGEST_ENCODED
                        ? ENCODINGS.getEncodingForModel(model)
                        : Optional.empty();
        return encoding.map(known -> (long) known.countTokensOrdinary(text.toString()))
                .orElseGet(() -> byBytes(text));
    }

    private static long byBytes(CharSequence text) {
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            bytes += c < 0x80 ? 1 : Character.isSurrogate(c) || c < 0x800 ? 2 : 3;
        }
        return (bytes + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN;
    }
}
