package dev.millrace.ingress.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Watches over one connection, right behind its HTTP codec:
///
/// - a head or a body that does not arrive completely within a time ends the connection with 408,
///   however steadily it drips;
/// - what is no HTTP ends it with 400, 414 or 431;
/// - what a client sends ahead of its answers is bounded;
/// - an error that the server answers by itself gets the one form of errors.
final class ConnectionGuard extends ChannelDuplexHandler {

    private static final int MOST_AHEAD_BYTES = 1024 * 1024;
    private static final int MOST_AHEAD_REQUESTS = 32;
    private static final Duration LINGER = Duration.ofMillis(500);

    private final Duration headTimeout;
    private final Duration bodyTimeout;
    private int unanswered;
    private long aheadBytes;
    private boolean inBody;
    private boolean decodedSomething;
    private boolean answering;
    private boolean ended;
    private @Nullable Future<?> timer;

    ConnectionGuard(Duration headTimeout, Duration bodyTimeout) {
        this.headTimeout = headTimeout;
        this.bodyTimeout = bodyTimeout;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object part) {
        decodedSomething = true;
        if (ended) {
            ReferenceCountUtil.release(part);
            return;
        }
        if (part instanceof HttpObject object && object.decoderResult().isFailure()) {
            Throwable cause = object.decoderResult().cause();
            ReferenceCountUtil.release(part);
            end(ctx, BareError.malformed(cause));
            return;
        }
        if (part instanceof HttpRequest) {
            unanswered++;
            inBody = true;
            stopTimer();
        }
        if (part instanceof HttpContent content && unanswered > 1) {
            aheadBytes += content.content().readableBytes();
        }
        if (part instanceof LastHttpContent) {
            inBody = false;
            stopTimer();
        }
        if (aheadBytes > MOST_AHEAD_BYTES || unanswered > MOST_AHEAD_REQUESTS) {
            ReferenceCountUtil.release(part);
            ended = true;
            var _ = ctx.close();
            return;
        }
        ctx.fireChannelRead(part);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (timer == null && !ended) {
            if (inBody) {
                startTimer(ctx, bodyTimeout);
            } else if (!decodedSomething) {
                startTimer(ctx, headTimeout);
            }
        }
        decodedSomething = false;
        ctx.fireChannelReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        ended = true;
        stopTimer();
        ctx.fireChannelInactive();
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object part, ChannelPromise promise) {
        Object out = part;
        if (part instanceof HttpResponse response && response.status().code() >= 200) {
            answering = true;
        }
        if (part instanceof FullHttpResponse response && BareError.is(response)) {
            response.release();
            out = BareError.explained(response);
        }
        if (answering && part instanceof LastHttpContent) {
            answering = false;
            unanswered = Math.max(unanswered - 1, 0);
            if (unanswered <= 1) {
                aheadBytes = 0;
            }
        }
        var _ = ctx.write(out, promise);
    }

    /// Answers, if nothing else is being answered, and closes.
    private void end(ChannelHandlerContext ctx, FullHttpResponse error) {
        ended = true;
        stopTimer();
        if (answering || unanswered > (inBody ? 1 : 0)) {
            error.release();
            var _ = ctx.close();
        } else {
            var _ = ctx.writeAndFlush(error).addListener(written -> closeSoon(ctx));
        }
    }

    /// Closing at once, while the client still sends, would reset the connection and lose the error
    /// on its way; so what comes is dropped for a moment.
    private static void closeSoon(ChannelHandlerContext ctx) {
        if (ctx.channel() instanceof DuplexChannel channel) {
            var _ = channel.shutdownOutput();
        }
        var _ =
                ctx.executor()
                        .schedule(
                                (Runnable) () -> close(ctx),
                                LINGER.toMillis(),
                                TimeUnit.MILLISECONDS);
    }

    private static void close(ChannelHandlerContext ctx) {
        var _ = ctx.close();
    }

    /// A body that was refused before it was read, and still comes in, is cut off without a word.
    private void timedOut(ChannelHandlerContext ctx, Duration limit) {
        if (inBody && unanswered == 0) {
            ended = true;
            var _ = ctx.close();
        } else {
            end(ctx, BareError.timedOut(limit));
        }
    }

    private void startTimer(ChannelHandlerContext ctx, Duration limit) {
        timer =
                ctx.executor()
                        .schedule(
                                () -> timedOut(ctx, limit),
                                limit.toMillis(),
                                TimeUnit.MILLISECONDS);
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
