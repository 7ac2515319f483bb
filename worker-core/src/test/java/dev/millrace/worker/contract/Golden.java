package dev.millrace.worker.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/// A golden case: what the client sent, what went upstream, what came back, what the client got.
///
/// @param name of the case's folder below `contract/`
public record Golden(String name) {

    public String client() {
        return read("client.json");
    }

    public String upstreamRequest() {
        return read("upstream-request.json");
    }

    public String upstreamResponse() {
        return read("upstream-response.txt");
    }

    public String reply() {
        return read("reply.txt");
    }

    private String read(String file) {
        String path = "/contract/" + name + "/" + file;
        try (InputStream in = Golden.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("no golden file " + path);
            }
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
