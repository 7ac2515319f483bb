package dev.millrace.worker.vertex;

class VertexAnthropicContractTest extends VertexContract {

    @Override
    protected String dialect() {
        return "vertex-anthropic";
    }

    @Override
    protected String model() {
        return "claude-opus-4-5@20251101";
    }
}
