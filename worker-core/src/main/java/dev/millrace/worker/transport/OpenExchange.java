package dev.millrace.worker.transport;

import io.micronaut.http.ByteBodyHttpResponse;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpRequest;
import io.netty.channel.Channel;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/// A request on its way, and the connection that it took. Micronaut's client lets go of a cancelled
/// request without closing its connection, so that the upstream would go on generating, and
/// billing: this closes the connection itself.
final class OpenExchange implements Subscriber<HttpResponse<?>> {
    /// Where the client notes the connection that it chose: `NettyClientHttpRequest.CHANNEL`.
    private static final String CHANNEL = "netty_channel";

    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final MutableHttpRequest<?> request;
    private final Duration connectTimeout;
    private final CompletableFuture<HttpResponse<?>> head = new CompletableFuture<>();
    private final AtomicBoolean aborted = new AtomicBoolean();

    OpenExchange(MutableHttpRequest<?> request, Duration connectTimeout) {
        this.request = request;
        this.connectTimeout = connectTimeout;
    }

    CompletableFuture<HttpResponse<?>> head() {
        return head;
    }

    /// Closes the connection, also one that is only being made.
    void abort() {
        if (!aborted.compareAndSet(false, true)) {
            return;
        }
        Channel channel = channel();
        if (channel != null) {
            channel.close();
        } else if (!head.isDone()) {
            Thread.ofVirtual().name("abort-exchange").start(this::closeWhenConnected);
        }
    }

    private void closeWhenConnected() {
        long looks = 2 * connectTimeout.dividedBy(LOOK_AGAIN) + 1;
        for (long i = 0; i < looks && !head.isDone(); i++) {
            Channel channel = channel();
            if (channel != null) {
                channel.close();
                return;
            }
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
        }
    }

    private @Nullable Channel channel() {
        return request.getAttribute(CHANNEL, Channel.class).orElse(null);
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(HttpResponse<?> response) {
        head.complete(response);
        if (aborted.get()) {
            close(response);
        }
    }

    @Override
    public void onError(Throwable failure) {
        head.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        head.completeExceptionally(new IOException("no answer"));
    }

    private void close(HttpResponse<?> response) {
        if (response instanceof ByteBodyHttpResponse<?> body) {
            body.close();
        }
        Channel channel = channel();
        if (channel != null) {
            channel.close();
        }
    }
}
