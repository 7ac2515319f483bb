package dev.millrace.ingress;

import dev.millrace.ingress.answer.Exchange;
import dev.millrace.ingress.http.IngressServer;
import dev.millrace.ingress.kafka.LogWriter;
import java.net.InetSocketAddress;
import java.time.Duration;

/// How an ingress instance is set up. What changes while it runs is in the configuration instead.
///
/// @param instance a name that no other instance has
/// @param host the address to listen on
/// @param port the port to listen on; 0 picks a free one
/// @param anyone whether callers without a key are let in while no tenant is configured
/// @param heapBytes what requests in flight may take of the heap, in bytes; more is refused with
///   503
/// @param connections how much and how long a connection may take
/// @param log how long the log may take
/// @param exchanges the bounds of each exchange
/// @param longestDeadline the most that a client may ask for
/// @param comment how often a stream that is silent says that it lives
/// @param stop how long a stop waits for requests in flight
public record IngressSettings(
        String instance,
        String host,
        int port,
        boolean anyone,
        long heapBytes,
        IngressServer.Limits connections,
        LogWriter.Patience log,
        Exchange.Bounds exchanges,
        Duration longestDeadline,
        Duration comment,
        Duration stop) {

    private static final long MEGABYTE = 1024 * 1024;

    /// The defaults: everyone is let in on a loopback address alone, a quarter of the heap for
    /// requests in flight, deadlines of up to a day, a comment every 15 s, and 20 s to stop.
    public static IngressSettings of(String instance, String host, int port) {
        return new IngressSettings(
                instance,
                host,
                port,
                isLoopback(host),
                Runtime.getRuntime().maxMemory() / 4,
                IngressServer.Limits.DEFAULT,
                LogWriter.Patience.DEFAULT,
                new Exchange.Bounds(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(10),
                        16 * MEGABYTE,
                        64 * MEGABYTE),
                Duration.ofDays(1),
                Duration.ofSeconds(15),
                Duration.ofSeconds(20));
    }

    /// The same, letting callers without a key in, or not, while no tenant is configured. Letting
    /// them in on an address that others reach is for networks where everyone is trusted.
    public IngressSettings withAnyone(boolean letIn) {
        return new IngressSettings(
                instance,
                host,
                port,
                letIn,
                heapBytes,
                connections,
                log,
                exchanges,
                longestDeadline,
                comment,
                stop);
    }

    /// The same with other limits of connections.
    public IngressSettings withConnections(IngressServer.Limits limits) {
        return new IngressSettings(
                instance,
                host,
                port,
                anyone,
                heapBytes,
                limits,
                log,
                exchanges,
                longestDeadline,
                comment,
                stop);
    }

    /// The same with another patience with the log.
    public IngressSettings withLog(LogWriter.Patience patience) {
        return new IngressSettings(
                instance,
                host,
                port,
                anyone,
                heapBytes,
                connections,
                patience,
                exchanges,
                longestDeadline,
                comment,
                stop);
    }

    /// The same with other bounds of exchanges.
    public IngressSettings withExchanges(Exchange.Bounds bounds) {
        return new IngressSettings(
                instance,
                host,
                port,
                anyone,
                heapBytes,
                connections,
                log,
                bounds,
                longestDeadline,
                comment,
                stop);
    }

    /// The same with another share of the heap, in bytes.
    public IngressSettings withHeapBytes(long bytes) {
        return new IngressSettings(
                instance,
                host,
                port,
                anyone,
                bytes,
                connections,
                log,
                exchanges,
                longestDeadline,
                comment,
                stop);
    }

    /// The same with another interval of comments.
    public IngressSettings withComment(Duration interval) {
        return new IngressSettings(
                instance,
                host,
                port,
                anyone,
                heapBytes,
                connections,
                log,
                exchanges,
                longestDeadline,
                interval,
                stop);
    }

    /// The same with another time to stop.
    public IngressSettings withStop(Duration limit) {
        return new IngressSettings(
                instance,
                host,
                port,
                anyone,
                heapBytes,
                connections,
                log,
                exchanges,
                longestDeadline,
                comment,
                limit);
    }

    private static boolean isLoopback(String host) {
        InetSocketAddress address = new InetSocketAddress(host, 0);
        return !address.isUnresolved() && address.getAddress().isLoopbackAddress();
    }
}
