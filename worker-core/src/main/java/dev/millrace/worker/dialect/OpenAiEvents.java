package dev.millrace.worker.dialect;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.worker.canonical.ChunkBatch;
import dev.millrace.worker.canonical.TokenEstimate;
import dev.millrace.worker.http.EventReader;
import dev.millrace.worker.http.UpstreamError;
import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.TokenUsage;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Sends the chunks of a stream on and reads what they say of usage and of the end. For one thread.
final class OpenAiEvents implements EventReader {
    private static final byte[] DONE = "[DONE]".getBytes(US_ASCII);

    private final Call call;
    private final RequestBody request;
    private final ChunkBatch batch;
    private final StringBuilder text = new StringBuilder();
    private @Nullable TokenUsage usage;
    private @Nullable String serviceTier;
    private @Nullable String finishReason;
    private @Nullable End end;

    OpenAiEvents(Call call, RequestBody request, ChunkBatch batch) {
        this.call = call;
        this.request = request;
        this.batch = batch;
    }

    @Override
    public void event(byte[] data) {
        if (Arrays.equals(data, DONE)) {
            end = new End.Done();
            return;
        }
        StreamChunk chunk = StreamChunk.read(data, text);
        if (chunk == null) {
            end = new End.Nonsense("a chunk that is not JSON");
        } else if (chunk.error()) {
            end = new End.Failed(ErrorBody.read(data).orElse(new UpstreamError("")));
        } else {
            pass(data, chunk);
        }
    }

    @Override
    public @Nullable End end() {
        return end;
    }

    @Override
    public boolean complete() {
        return finishReason != null;
    }

    @Override
    public @Nullable String finishReason() {
        return finishReason;
    }

    @Override
    public TokenUsage usage() {
        TokenUsage used =
                usage != null
                        ? usage
                        : TokenUsage.estimate(
                                call.estimatedPromptTokens(),
                                TokenEstimate.tokens(call.model(), text));
        return request.billed(used, serviceTier);
    }

    private void pass(byte[] data, StreamChunk chunk) {
        UsageMember reported = chunk.usage();
        boolean shown = chunk.content() || chunk.finishReason() != null;
        boolean hollow = !shown && !chunk.adds() && !chunk.bare() && reported == null;
        if (finishReason != null && hollow) {
            // What Azure's asynchronous filter adds after the end, with nothing in it: OpenAI's
            // SDKs take no choice that goes on after it has finished.
            return;
        }
        if (reported != null && reported.usage() != null) {
            usage = reported.usage();
        }
        if (chunk.serviceTier() != null) {
            serviceTier = chunk.serviceTier();
        }
        if (chunk.finishReason() != null) {
            finishReason = chunk.finishReason();
        }
        if (request.usageAsked()) {
            Splice splice = new Splice(data);
            if (reported != null) {
                reported.map(used -> request.billed(used, serviceTier))
                        .addCost(splice, call.pricing());
            }
            batch.add(singleLine(splice.result()), shown);
        } else if (chunk.cutFrom() < 0) {
            batch.add(singleLine(data), shown);
        } else if (!chunk.bare() || reported == null) {
            byte[] cut =
                    new Splice(data).replace(chunk.cutFrom(), chunk.cutTo(), new byte[0]).result();
            batch.add(singleLine(cut), shown);
        }
    }

    /// In JSON a line feed is but space between tokens, and here it ends a chunk.
    private static byte[] singleLine(byte[] json) {
        for (int i = 0; i < json.length; i++) {
            if (json[i] == '\n' || json[i] == '\r') {
                json[i] = ' ';
            }
        }
        return json;
    }
}
