package dev.millrace.ingress.http;

import dev.millrace.ingress.intake.Refusal;
import dev.millrace.ingress.json.JsonText;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Watches over one connection, right behind its HTTP codec:
///
/// - a head that does not arrive completely within a time ends the connection with 408, however
///   steadily it drips;
/// - what a client sends ahead of its answers is bounded;
/// - an error that the server answers by itself, such as 400 for what is no HTTP, gets the one form
///   of errors.
final class ConnectionGuard extends ChannelDuplexHandler {

    private static final int MOST_AHEAD_BYTES = 1024 * 1024;
    private static final int MOST_AHEAD_REQUESTS = 32;

    private final Duration headTimeout;
    private int unanswered;
    private long aheadBytes;
    private boolean inBody;
    private boolean decodedSomething;
    private boolean answering;
    private @Nullable Future<?> headTimer;

    ConnectionGuard(Duration headTimeout) {
        this.headTimeout = headTimeout;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object part) {
        decodedSomething = true;
        if (part instanceof HttpRequest) {
            unanswered++;
            inBody = true;
            stopHeadTimer();
        }
        if (part instanceof HttpContent content && unanswered > 1) {
            aheadBytes += content.content().readableBytes();
        }
        if (part instanceof LastHttpContent) {
            inBody = false;
        }
        if (aheadBytes > MOST_AHEAD_BYTES || unanswered > MOST_AHEAD_REQUESTS) {
            ReferenceCountUtil.release(part);
            var _ = ctx.close();
            return;
        }
        ctx.fireChannelRead(part);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (!decodedSomething && !inBody && headTimer == null) {
            headTimer =
                    ctx.executor()
                            .schedule(
                                    () -> headTimedOut(ctx),
                                    headTimeout.toMillis(),
                                    TimeUnit.MILLISECONDS);
        }
        decodedSomething = false;
        ctx.fireChannelReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        stopHeadTimer();
        ctx.fireChannelInactive();
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object part, ChannelPromise promise) {
        Object out = part;
        if (part instanceof HttpResponse response && response.status().code() >= 200) {
            answering = true;
        }
        if (part instanceof FullHttpResponse response
                && response.status().code() >= 400
                && !response.content().isReadable()) {
            response.release();
            out = explained(response);
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

    private void headTimedOut(ChannelHandlerContext ctx) {
        if (unanswered > 0) {
            var _ = ctx.close();
            return;
        }
        FullHttpResponse response =
                json(HttpResponseStatus.REQUEST_TIMEOUT, Refusal.bodyTimeout(headTimeout));
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        var _ = ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    private void stopHeadTimer() {
        if (headTimer != null) {
            headTimer.cancel(false);
            headTimer = null;
        }
    }

    private static FullHttpResponse explained(FullHttpResponse bare) {
        int status = bare.status().code();
        Refusal refusal =
                switch (status) {
                    case 400 ->
                            Refusal.invalid(
                                    null, "bad_request", "The request is not well-formed HTTP.");
                    case 414 -> Refusal.of(status, "uri_too_long", "The request line is too long.");
                    case 431 ->
                            Refusal.of(status, "headers_too_large", "The headers are too large.");
                    default -> Refusal.of(status, "http_error", bare.status().reasonPhrase());
                };
        FullHttpResponse full = json(bare.status(), refusal);
        bare.headers()
                .forEach(header -> {
                    if (!header.getKey().equalsIgnoreCase("content-length")) {
                        full.headers().add(header.getKey(), header.getValue());
                    }
                });
        return full;
    }

    private static FullHttpResponse json(HttpResponseStatus status, Refusal refusal) {
        byte[] body = JsonText.error(refusal, null);
        FullHttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, Answer.JSON)
                .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
        return response;
    }
}
