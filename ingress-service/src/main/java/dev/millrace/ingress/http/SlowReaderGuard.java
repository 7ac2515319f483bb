package dev.millrace.ingress.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Closes a connection whose client takes nothing of what waits for it, for too long. A stream with
/// nothing to say is left alone.
final class SlowReaderGuard extends IdleStateHandler {

    SlowReaderGuard(Duration patience) {
        super(true, 0, patience.toMillis(), 0, TimeUnit.MILLISECONDS);
    }

    @Override
    protected void channelIdle(ChannelHandlerContext ctx, IdleStateEvent event) {
        ChannelOutboundBuffer waiting = ctx.channel().unsafe().outboundBuffer();
        if (event.state() == IdleState.WRITER_IDLE
                && waiting != null
                && waiting.totalPendingWriteBytes() > 0) {
            var _ = ctx.close();
        }
    }
}
