package dev.millrace.ingress.http;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.Shutdown;
import reactor.netty.NettyPipeline;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;

/// Sets the HTTP server up: where it listens, and how much and how long a connection may take.
public final class IngressServer {

    /// How much and how long a connection may take.
    ///
    /// @param headBytes of a request's headers together
    /// @param head to send a request's head completely, from its first byte on
    /// @param body to send a request's body completely
    /// @param idle between two requests
    /// @param reading how long a client may take nothing of what waits for it
    public record Limits(
            int headBytes, Duration head, Duration body, Duration idle, Duration reading) {

        /// 32 KiB of headers within 10 s, a body within 60 s, 75 s between requests, 60 s of
        /// reading nothing.
        public static final Limits DEFAULT =
                new Limits(
                        32 * 1024,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(75),
                        Duration.ofSeconds(60));
    }

    private static final int REQUEST_LINE_BYTES = 8 * 1024;

    private IngressServer() {}

    /// A factory for a server on one address.
    ///
    /// @param address of this machine; port 0 picks a free one
    /// @throws IllegalArgumentException if the host's name has no address
    public static NettyReactiveWebServerFactory factory(InetSocketAddress address, Limits limits) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException(
                    "the host '" + address.getHostString() + "' has no address");
        }
        NettyReactiveWebServerFactory factory = new NettyReactiveWebServerFactory();
        factory.setAddress(address.getAddress());
        factory.setPort(address.getPort());
        factory.setShutdown(Shutdown.GRACEFUL);
        factory.addServerCustomizers(server -> limited(server, limits));
        return factory;
    }

    private static HttpServer limited(HttpServer server, Limits limits) {
        return server.protocol(HttpProtocol.HTTP11)
                .idleTimeout(limits.idle())
                .httpRequestDecoder(spec ->
                        spec.maxInitialLineLength(REQUEST_LINE_BYTES)
                                .maxHeaderSize(limits.headBytes()))
                .doOnChannelInit((observer, channel, remote) ->
                        channel.pipeline()
                                .addFirst(new SlowReaderGuard(limits.reading()))
                                .addAfter(
                                        NettyPipeline.HttpCodec,
                                        "millrace.guard",
                                        new ConnectionGuard(limits.head(), limits.body())));
    }
}
