package mware.core.syslog;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import mware.core.net.Backlog;
import mware.core.net.Datagram;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** A TCP or TLS port for syslog and the connections to it, all on one event loop; hands messages to a backlog. */
final class StreamListener {

    private static final int READ = 64 << 10;
    private static final int QUEUED_CONNECTIONS = 1024;

    private final StreamEndpoint options;
    private final Backlog backlog;
    private final Logger log;
    private final NioEventLoopGroup loop;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private @Nullable Channel server;

    StreamListener(StreamEndpoint options, Backlog backlog, Logger log) {
        this.options = options;
        this.log = log;
        this.backlog = backlog;
        loop = new NioEventLoopGroup(1, new DefaultThreadFactory(options.getKey() + "-tcp", true));
    }

    /** Opens the port; connections speak TLS when {@code tls} is given. */
    void open(InetSocketAddress address, @Nullable SslContext tls) throws IOException {
        var bind = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, QUEUED_CONNECTIONS)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.RCVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ))
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        accept(channel, tls);
                    }
                })
                .bind(address);
        bind.awaitUninterruptibly();
        if (!bind.isSuccess()) {
            throw bind.cause() instanceof IOException cause ? cause : new IOException(bind.cause());
        }
        server = bind.channel();
    }

    /** Where it listens; null while it does not. */
    @Nullable
    InetSocketAddress local() {
        return server == null ? null : (InetSocketAddress) server.localAddress();
    }

    private void accept(SocketChannel channel, @Nullable SslContext tls) {
        if (connections.size() >= options.getConnections()) {
            if (refused.getAndIncrement() == 0) {
                log.warn(
                        "{}: more than {} connections; further ones are closed",
                        options.getKey(),
                        options.getConnections());
            }
            channel.close();
            return;
        }
        accepted.incrementAndGet();
        connections.add(channel);
        if (tls != null) {
            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
        }
        int period = Math.min(options.getHalfSeconds(), options.getIdleSeconds());
        channel.pipeline()
                .addLast(new IdleStateHandler(period, 0, 0, TimeUnit.SECONDS))
                .addLast(new Connection(
                        this, channel.remoteAddress(), options.getLimit(), options.getIdleSeconds() / period));
    }

    /** Takes messages of a connection; whether there is room for more. */
    boolean received(List<Datagram> messages) {
        received.addAndGet(messages.size());
        return backlog.add(messages);
    }

    void whenRoom(Runnable reader) {
        backlog.whenRoom(reader);
    }

    /** A connection broke, or never became one: a certificate that is not accepted, a plain sender on the TLS port. */
    void broken(InetSocketAddress peer, Throwable cause) {
        log.info(
                "{}: connection of {} closed: {}",
                options.getKey(),
                peer.getAddress().getHostAddress(),
                innermost(cause).getMessage());
    }

    private static Throwable innermost(Throwable failure) {
        Throwable inner = failure;
        while (inner.getCause() != null) {
            inner = inner.getCause();
        }
        return inner;
    }

    StreamCounts counts() {
        return new StreamCounts(connections.size(), accepted.get(), refused.get(), received.get(), 0);
    }

    /** Frees the port; open connections stay, for a port that is opened anew. */
    void closePort() {
        if (server != null) {
            server.close().awaitUninterruptibly();
            server = null;
        }
    }

    /** Frees the port and ends all connections; what has been read of them is in the backlog. */
    void close() {
        closePort();
        connections.close().awaitUninterruptibly(1000);
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2000);
    }
}
