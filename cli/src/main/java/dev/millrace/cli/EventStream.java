package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import org.jspecify.annotations.Nullable;

/// Reads server-sent events, as far as the API uses them: `data` lines, an empty line after each
/// event, comments. Hands each event out as soon as it has arrived.
final class EventStream {

    private static final String DATA = "data:";

    private final BufferedReader lines;

    /// @param body the caller's to close
    EventStream(InputStream body) {
        lines = new BufferedReader(new InputStreamReader(body, UTF_8));
    }

    /// Waits for the next event and returns its data; null at the end of the stream.
    ///
    /// @throws IOException if the connection breaks
    @Nullable String next() throws IOException {
        StringBuilder data = new StringBuilder();
        boolean any = false;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.isEmpty() && any) {
                return data.toString();
            }
            if (line.startsWith(DATA)) {
                String value = line.substring(DATA.length());
                data.append(any ? "\n" : "");
                data.append(value.startsWith(" ") ? value.substring(1) : value);
                any = true;
            }
        }
        return any ? data.toString() : null;
    }
}
