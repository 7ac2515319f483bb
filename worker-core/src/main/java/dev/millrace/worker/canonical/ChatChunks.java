package dev.millrace.worker.canonical;

import dev.millrace.worker.provider.TokenUsage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes the chunks of a stream as OpenAI's API does: the role first, then what the model writes,
/// why it stopped, and the usage where the client asked for it. For one thread.
public final class ChatChunks {

    /// A tool call under way.
    private static final class OpenCall {
        private final int index;
        private boolean hasArguments;

        OpenCall(int index) {
            this.index = index;
        }
    }

    private final Answering answering;
    private final ChunkBatch batch;
    private final StringBuilder written = new StringBuilder();
    private final Map<Object, OpenCall> calls = new HashMap<>();
    private final List<TokenLogprob> logprobs = new ArrayList<>();
    private final ObjectNode told = node();
    private int callsSeen;
    private boolean begun;
    private @Nullable String serviceTier;
    private @Nullable String finishReason;
    private @Nullable TokenUsage soFar;
    private @Nullable TokenUsage reported;

    /// @param batch takes the chunks
    public ChatChunks(Answering answering, ChunkBatch batch) {
        this.answering = answering;
        this.batch = batch;
    }

    /// The answer begins; done by the first other event where the provider does not say so.
    public void begin() {
        if (!begun) {
            begun = true;
            ObjectNode delta = node().put("role", "assistant").put("content", "");
            batch.add(Bodies.bytes(chunk(delta, null, NullNode.instance)), false);
        }
    }

    /// How probable the tokens are that the model says next: they go out with the next text, or
    /// with the end where none follows.
    public void logprobs(List<TokenLogprob> tokens) {
        logprobs.addAll(tokens);
    }

    /// The model says.
    public void text(String text) {
        if (!text.isEmpty()) {
            begin();
            written.append(text);
            add(node().put("content", text), null, takeLogprobs());
        }
    }

    /// The model thinks.
    public void reasoning(String text) {
        if (!text.isEmpty()) {
            begin();
            written.append(text);
            add(node().put("reasoning_content", text));
        }
    }

    /// The model has thought, in a form that the provider wants back.
    public void thinkingBlock(JsonNode block) {
        begin();
        ObjectNode delta = node();
        delta.putArray("thinking_blocks").add(block);
        add(delta);
    }

    /// The model will not answer.
    public void refusal(String words) {
        if (!words.isEmpty()) {
            begin();
            add(node().put("refusal", words));
        }
    }

    /// The model begins to call a tool.
    ///
    /// @param key tells the calls under way apart
    /// @param extra what the provider wants back with the call; null for nothing
    public void toolCall(Object key, String id, String name, @Nullable JsonNode extra) {
        begin();
        OpenCall open = new OpenCall(callsSeen++);
        calls.put(key, open);
        written.append(name);
        ObjectNode delta = node();
        ObjectNode call =
                delta.putArray("tool_calls")
                        .addObject()
                        .put("index", open.index)
                        .put("id", id)
                        .put("type", "function");
        call.putObject("function").put("name", name).put("arguments", "");
        if (extra != null) {
            call.set("extra_content", extra);
        }
        add(delta);
    }

    /// More of the arguments of a call under way; of any other it is passed over.
    public void toolArguments(Object key, String piece) {
        OpenCall open = calls.get(key);
        if (open != null && !piece.isEmpty()) {
            arguments(open, piece);
        }
    }

    /// The call is complete. One without arguments has an empty object.
    public void toolEnd(Object key) {
        OpenCall open = calls.remove(key);
        if (open != null && !open.hasArguments) {
            arguments(open, "{}");
        }
    }

    /// The provider names the tier that it serves at.
    public void serviceTier(@Nullable String tier) {
        serviceTier = tier == null ? serviceTier : tier;
    }

    /// The provider reports usage while it answers: the prompt's is what is charged should the
    /// stream break off; of the answer's it may lag behind what was written until then.
    public void usageSoFar(TokenUsage usage) {
        soFar = usage;
    }

    /// The provider reports usage, which takes the place of what it reported before.
    public void usage(TokenUsage usage) {
        reported = usage;
    }

    /// The model stops.
    public void finish(String reason) {
        begin();
        finishReason = reason;
        add(node(), reason, takeLogprobs());
    }

    /// The provider tells more of the call than OpenAI's API has a place for: it goes out with the
    /// usage.
    ///
    /// @param member of the chunk
    public void tells(String member, JsonNode value) {
        told.set(member, value);
    }

    /// The stream has come to its good end: the usage goes out, if the client asked for it and the
    /// provider reported it.
    public void close() {
        if (answering.usageAsked() && reported != null) {
            ObjectNode chunk = head();
            chunk.putArray("choices");
            chunk.set("usage", UsageJson.chat(used(), answering.call().pricing()));
            chunk.setAll(told);
            batch.add(Bodies.bytes(chunk), false);
        }
    }

    /// Whether the model called a tool.
    public boolean callsTools() {
        return callsSeen > 0;
    }

    /// Why the model stopped; null before.
    public @Nullable String finishReason() {
        return finishReason;
    }

    /// The tokens used so far, as reported or as estimated.
    public TokenUsage used() {
        TokenUsage usage = answering.usage(reported, serviceTier, written);
        if (soFar == null || reported != null) {
            return usage;
        }
        long answer = Math.max(usage.output(), soFar.output() + soFar.reasoning());
        return new TokenUsage(
                soFar.input(),
                soFar.cacheRead(),
                soFar.cacheWrite(),
                answer - soFar.reasoning(),
                soFar.reasoning(),
                soFar.details().withImages(answering.images()).withServiceTier(serviceTier),
                true);
    }

    private void arguments(OpenCall open, String piece) {
        open.hasArguments = true;
        written.append(piece);
        ObjectNode delta = node();
        delta.putArray("tool_calls")
                .addObject()
                .put("index", open.index)
                .putObject("function")
                .put("arguments", piece);
        add(delta);
    }

    private void add(ObjectNode delta) {
        add(delta, null, NullNode.instance);
    }

    private void add(ObjectNode delta, @Nullable String reason, JsonNode tokenLogprobs) {
        batch.add(Bodies.bytes(chunk(delta, reason, tokenLogprobs)), true);
    }

    private ObjectNode chunk(ObjectNode delta, @Nullable String reason, JsonNode tokenLogprobs) {
        ObjectNode chunk = head();
        ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
        choice.set("delta", delta);
        choice.set("logprobs", tokenLogprobs);
        choice.put("finish_reason", reason);
        if (answering.usageAsked()) {
            chunk.putNull("usage");
        }
        return chunk;
    }

    private JsonNode takeLogprobs() {
        JsonNode taken = TokenLogprob.json(logprobs);
        logprobs.clear();
        return taken;
    }

    private ObjectNode head() {
        ObjectNode head = answering.head("chat.completion.chunk");
        if (serviceTier != null) {
            head.put("service_tier", serviceTier);
        }
        return head;
    }

    private static ObjectNode node() {
        return JsonNodeFactory.instance.objectNode();
    }
}
