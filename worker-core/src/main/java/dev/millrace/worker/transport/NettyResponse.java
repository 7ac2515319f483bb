package dev.millrace.worker.transport;

import io.micronaut.http.ByteBodyHttpResponse;
import io.micronaut.http.body.AvailableByteBody;
import io.micronaut.http.body.CloseableAvailableByteBody;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// The answer as Micronaut's client hands it over.
final class NettyResponse implements UpstreamResponse {
    private final ByteBodyHttpResponse<?> response;
    private final OpenExchange exchange;
    private @Nullable BodyPieces pieces;

    NettyResponse(ByteBodyHttpResponse<?> response, OpenExchange exchange) {
        this.response = response;
        this.exchange = exchange;
    }

    @Override
    public int status() {
        return response.code();
    }

    @Override
    public @Nullable String header(String name) {
        return response.getHeaders().get(name);
    }

    @Override
    public byte[] body(Duration limit) throws UpstreamFailure, InterruptedException {
        if (response.byteBody() instanceof AvailableByteBody available) {
            return available.toByteArray();
        }
        try (CloseableAvailableByteBody whole =
                response.byteBody().buffer().get(limit.toNanos(), TimeUnit.NANOSECONDS)) {
            return whole.toByteArray();
        } catch (TimeoutException _) {
            throw new UpstreamFailure(UpstreamFailure.Kind.TIMED_OUT, "no whole answer");
        } catch (ExecutionException failed) {
            throw Failures.of(failed.getCause() == null ? failed : failed.getCause());
        }
    }

    @Override
    public byte @Nullable [] piece(Duration limit) throws UpstreamFailure, InterruptedException {
        BodyPieces open = pieces;
        if (open == null) {
            open = new BodyPieces();
            pieces = open;
            response.byteBody().toByteArrayPublisher().subscribe(open);
        }
        return open.take(limit);
    }

    @Override
    public void finish() {
        if (pieces != null) {
            pieces.cancel();
        }
        response.close();
    }

    @Override
    public void abort() {
        exchange.abort();
        response.close();
    }
}
