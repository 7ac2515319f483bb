package dev.millrace.worker.bedrock;

import static java.nio.charset.StandardCharsets.UTF_8;

/// Counts tokens that Bedrock did not come to report. Its models publish no encoding: English prose
/// averages four bytes to the token.
final class ByteEstimate {
    private static final int BYTES_PER_TOKEN = 4;

    private long bytes;

    void add(String text) {
        bytes += text.getBytes(UTF_8).length;
    }

    long tokens() {
        return (bytes + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN;
    }
}
