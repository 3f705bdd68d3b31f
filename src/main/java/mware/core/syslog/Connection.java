package mware.core.syslog;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.timeout.IdleStateEvent;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import mware.core.net.Datagram;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One sender's connection: finds its messages, stops reading while the backlog is full, gives up on a half message. */
final class Connection extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private final StreamListener listener;
    private final Framing framing;
    private final InetSocketAddress peer;
    private final byte[] chunk = new byte[8192];
    private final int mostIdle;
    private List<Datagram> messages = new ArrayList<>();
    private int idle;

    /**
     * Prepares for the first octet.
     *
     * @param limit the most octets of a message that are kept
     * @param mostIdle how many idle periods without a message end the connection
     */
    Connection(StreamListener listener, InetSocketAddress peer, int limit, int mostIdle) {
        this.listener = listener;
        this.peer = peer;
        this.mostIdle = mostIdle;
        framing = new Framing(limit, message -> messages.add(new Datagram(peer, message)));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object read) {
        ByteBuf octets = (ByteBuf) read;
        try {
            while (octets.isReadable()) {
                int take = Math.min(chunk.length, octets.readableBytes());
                octets.readBytes(chunk, 0, take);
                framing.read(chunk, take);
            }
        } finally {
            octets.release();
        }
        idle = 0;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        handOn(context);
        context.fireChannelReadComplete();
    }

    private void handOn(ChannelHandlerContext context) {
        if (messages.isEmpty()) {
            return;
        }
        List<Datagram> ready = messages;
        messages = new ArrayList<>();
        if (!listener.received(ready)) {
            context.channel().config().setAutoRead(false);
            listener.whenRoom(() -> context.channel().config().setAutoRead(true));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        framing.end();
        handOn(context);
        context.fireChannelInactive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent && context.channel().config().isAutoRead()) {
            idle++;
            if (framing.halfway() || idle >= mostIdle) {
                LOG.info(
                        "connection of {} closed: {}",
                        peer.getAddress().getHostAddress(),
                        framing.halfway() ? "the rest of a message did not come" : "it said nothing for too long");
                context.close();
            }
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        listener.broken(peer, cause);
        context.close();
    }
}
