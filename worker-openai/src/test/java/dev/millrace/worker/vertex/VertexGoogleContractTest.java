package dev.millrace.worker.vertex;

class VertexGoogleContractTest extends VertexContract {

    @Override
    protected String dialect() {
        return "vertex-google";
    }
}
