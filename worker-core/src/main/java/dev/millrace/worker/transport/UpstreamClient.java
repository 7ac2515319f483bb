package dev.millrace.worker.transport;

import dev.millrace.worker.transport.UpstreamFailure.Kind;
import io.micronaut.buffer.netty.NettyByteBufferFactory;
import io.micronaut.http.ByteBodyHttpResponse;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpRequest;
import io.micronaut.http.body.ByteBodyFactory;
import io.micronaut.http.body.CloseableByteBody;
import io.micronaut.http.client.DefaultHttpClientConfiguration;
import io.micronaut.http.client.HttpVersionSelection.PlaintextMode;
import io.micronaut.http.client.RawHttpClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Sends requests to one upstream over connections that it keeps. Thread-safe; made for virtual
/// threads, which block while the event loop works.
public final class UpstreamClient implements AutoCloseable {
    private static final ByteBodyFactory BODIES =
            ByteBodyFactory.createDefault(NettyByteBufferFactory.DEFAULT);

    private final UpstreamSettings settings;
    private final RawHttpClient client;
    private final String base;

    public UpstreamClient(UpstreamSettings settings) {
        String address = settings.baseUrl().toString();
        this.settings = settings;
        this.base = address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
        this.client = RawHttpClient.create(settings.baseUrl(), configuration(settings));
    }

    /// Sends a request and waits for the head of its answer.
    ///
    /// @param path below the base URL: `/chat/completions`
    /// @param body JSON to POST; null to GET
    /// @param headers in addition to the upstream's own
    /// @param limit how long to wait
    /// @throws UpstreamFailure if no head comes; the connection is closed
    /// @throws InterruptedException if interrupted while waiting; the connection is closed
    public UpstreamResponse send(
            String path, byte @Nullable [] body, Map<String, String> headers, Duration limit)
            throws UpstreamFailure, InterruptedException {
        HttpMethod method = body == null ? HttpMethod.GET : HttpMethod.POST;
        MutableHttpRequest<Object> request = HttpRequest.create(method, base + path);
        settings.headers().forEach(request::header);
        headers.forEach(request::header);
        CloseableByteBody content = null;
        if (body != null) {
            request.header("content-type", "application/json");
            content = BODIES.adapt(body);
        }
        OpenExchange exchange = new OpenExchange(request, settings.connectTimeout());
        client.exchange(request, content, null).subscribe(exchange);
        return await(exchange, limit);
    }

    private static UpstreamResponse await(OpenExchange exchange, Duration limit)
            throws UpstreamFailure, InterruptedException {
        try {
            HttpResponse<?> head = exchange.head().get(limit.toNanos(), TimeUnit.NANOSECONDS);
            if (head instanceof ByteBodyHttpResponse<?> response) {
                return new NettyResponse(response, exchange);
            }
            exchange.abort();
            throw new UpstreamFailure(Kind.BROKEN, "an answer without a body to read");
        } catch (TimeoutException _) {
            exchange.abort();
            throw new UpstreamFailure(Kind.TIMED_OUT, "no answer");
        } catch (InterruptedException interrupted) {
            exchange.abort();
            throw interrupted;
        } catch (ExecutionException failed) {
            throw Failures.of(failed.getCause() == null ? failed : failed.getCause());
        }
    }

    /// Closes the connections; calls under way break.
    @Override
    public void close() {
        try {
            client.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static DefaultHttpClientConfiguration configuration(UpstreamSettings settings) {
        DefaultHttpClientConfiguration configuration = new DefaultHttpClientConfiguration();
        configuration.setConnectTimeout(settings.connectTimeout());
        configuration.setConnectionPoolIdleTimeout(settings.idle());
        configuration.setMaxContentLength(settings.largestAnswer());
        configuration.setFollowRedirects(false);
        configuration.setNumOfThreads(1);
        configuration.setPlaintextMode(PlaintextMode.HTTP_1);
        configuration.setAlpnModes(List.of("http/1.1"));
        configuration.setMaxHeaderSize(64 * 1024);
        configuration.setShutdownQuietPeriod(Duration.ZERO);
        noTimeoutsOfItsOwn(configuration);
        configuration
                .getConnectionPoolConfiguration()
                .setMaxConcurrentHttp1Connections(settings.connections());
        configuration
                .getConnectionPoolConfiguration()
                .setMaxPendingConnections(settings.connections());
        return configuration;
    }

    /// Every wait has its own limit here, and long ones are ordinary.
    private static void noTimeoutsOfItsOwn(DefaultHttpClientConfiguration configuration) {
        configuration.setReadTimeout(Duration.ofDays(7));
        configuration.setReadIdleTimeout(Duration.ofDays(7));
    }
}
