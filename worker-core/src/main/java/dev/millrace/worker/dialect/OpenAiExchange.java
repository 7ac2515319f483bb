package dev.millrace.worker.dialect;

import dev.millrace.worker.canonical.ChunkBatch;
import dev.millrace.worker.canonical.TokenEstimate;
import dev.millrace.worker.canonical.Unmappable;
import dev.millrace.worker.http.EventReader;
import dev.millrace.worker.http.Exchange;
import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.Operation;
import dev.millrace.worker.provider.TokenUsage;
import java.util.Optional;

/// One call in OpenAI's dialect: the client's bytes go up, the provider's bytes come down, and only
/// the model's name, the wish for usage and the cost are written into them.
public final class OpenAiExchange implements Exchange {
    private final Call call;
    private final String path;
    private final RequestBody request;

    private OpenAiExchange(Call call, String path, RequestBody request) {
        this.call = call;
        this.path = path;
        this.request = request;
    }

    /// @param path below the base URL
    /// @throws Unmappable if the body is not one JSON object
    public static OpenAiExchange of(Call call, String path) throws Unmappable {
        return new OpenAiExchange(
                call, path, RequestBody.prepare(call.body(), call.model(), call.stream()));
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public byte[] body() {
        return request.bytes();
    }

    @Override
    public Whole whole(byte[] body) {
        Answer answer = Answer.read(body, call.operation());
        if (answer.error() && !answer.valid()) {
            return ErrorBody.read(body)
                    .<Whole>map(Whole.Failed::new)
                    .orElseGet(() -> new Whole.Nonsense("no answer", TokenUsage.NONE));
        }
        if (!answer.valid()) {
            return new Whole.Nonsense("not an answer in JSON", TokenUsage.NONE);
        }
        Optional<UsageMember> member =
                Optional.ofNullable(answer.usage())
                        .map(found ->
                                found.map(used -> request.billed(used, answer.serviceTier())));
        TokenUsage usage =
                member.map(UsageMember::usage)
                        .orElseGet(() -> request.billed(estimate(body), answer.serviceTier()));
        Splice splice = new Splice(body);
        member.ifPresent(found -> found.addCost(splice, call.pricing()));
        return new Whole.Answered(splice.result(), answer.finishReason(), usage);
    }

    @Override
    public EventReader events(ChunkBatch batch) {
        return new OpenAiEvents(call, request, batch);
    }

    private TokenUsage estimate(byte[] body) {
        return TokenUsage.estimate(
                call.estimatedPromptTokens(),
                call.operation() == Operation.EMBEDDING
                        ? 0
                        : TokenEstimate.tokens(call.model(), AnswerText.of(body)));
    }
}
