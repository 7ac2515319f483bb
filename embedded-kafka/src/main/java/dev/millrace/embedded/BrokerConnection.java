package dev.millrace.embedded;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.ResponseHeader;

/// Asks the broker what Kafka's clients have no method for, on a connection for each request.
///
/// @param broker where it listens
record BrokerConnection(InetSocketAddress broker) {

    private static final int PATIENCE_MILLIS = 10_000;

    /// The body of the answer.
    ByteBuffer ask(AbstractRequest request) throws IOException {
        ApiKeys key = request.apiKey();
        ByteBuffer bytes =
                request.serializeWithHeader(
                        new RequestHeader(key, request.version(), "embedded-kafka", 1));
        try (Socket socket = new Socket()) {
            socket.connect(broker, PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(bytes.remaining());
            out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
            out.flush();
            DataInputStream in = new DataInputStream(socket.getInputStream());
            ByteBuffer answer = ByteBuffer.wrap(in.readNBytes(in.readInt()));
            ResponseHeader.parse(answer, key.responseHeaderVersion(request.version()));
            return answer;
        }
    }
}
