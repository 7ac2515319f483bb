package dev.millrace.ingress;

import dev.millrace.ingress.answer.Exchange;
import dev.millrace.ingress.http.IngressServer;
import dev.millrace.ingress.kafka.LogWriter;
import java.time.Duration;

/// How an ingress instance is set up. What changes while it runs is in the configuration instead.
///
/// @param instance a name that no other instance has
/// @param host the address to listen on
/// @param port the port to listen on; 0 picks a free one
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
        long heapBytes,
        IngressServer.Limits connections,
        LogWriter.Patience log,
        Exchange.Bounds exchanges,
        Duration longestDeadline,
        Duration comment,
        Duration stop) {

    private static final long MEGABYTE = 1024 * 1024;

    /// The defaults: a quarter of the heap for requests in flight, deadlines of up to a day, a
    /// comment every 15 s, and 20 s to stop.
    public static IngressSettings of(String instance, String host, int port) {
        return new IngressSettings(
                instance,
                host,
                port,
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

    /// The same with other limits of connections.
    public IngressSettings withConnections(IngressServer.Limits limits) {
        return new IngressSettings(
                instance,
                host,
                port,
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
                heapBytes,
                connections,
                log,
                exchanges,
                longestDeadline,
                comment,
                limit);
    }
}
