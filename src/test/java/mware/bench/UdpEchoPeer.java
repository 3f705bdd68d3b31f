package mware.bench;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.List;
import mware.core.config.ActiveConfiguration;
import mware.core.config.Configuration;
import mware.core.monitor.Deviations;
import mware.core.net.DatagramComponent;
import mware.service.udpecho.Echo;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.slf4j.LoggerFactory;
import routes.UdpEchoRoutes;

/** One echo in a process of its own: prints its port, and ends when its standard input does. */
final class UdpEchoPeer {

    private static final int RECEIVE_BUFFER = 4 << 20;

    private UdpEchoPeer() {}

    public static void main(String[] args) throws Exception {
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
        int port =
                switch (args[0]) {
                    case "mware" -> mware();
                    case "netty" -> netty(new NioEventLoopGroup(1), NioDatagramChannel.class);
                    case "netty-epoll" -> netty(new EpollEventLoopGroup(1), EpollDatagramChannel.class);
                    case "camel-netty" -> camelNetty();
                    default -> throw new IllegalArgumentException(args[0]);
                };
        System.out.println(port);
        while (System.in.read() >= 0) {
            // until the bench ends
        }
        System.exit(0);
    }

    /** The product's route with all its rules, in the default configuration. */
    private static int mware() throws Exception {
        Configuration configuration = new Configuration(
                List.of(), List.of(), List.of(), List.of(), List.of(), JsonNodeFactory.instance.objectNode());
        Deviations deviations = new Deviations(Clock.systemUTC());
        CamelContext context = context();
        context.getRegistry()
                .bind("echo", new Echo(new ActiveConfiguration(configuration), deviations, System::nanoTime));
        context.getPropertiesComponent().addInitialProperty("udp-echo.address", "127.0.0.1");
        context.getPropertiesComponent().addInitialProperty("udp-echo.port", "0");
        context.addRoutes(new UdpEchoRoutes());
        context.start();
        return context.getComponent("datagram", DatagramComponent.class)
                .local("udp-echo.port")
                .getPort();
    }

    /** The same without any rule on camel-netty, one exchange for each datagram, on Netty's own thread. */
    private static int camelNetty() throws Exception {
        int port;
        try (java.net.DatagramSocket free = new java.net.DatagramSocket()) {
            port = free.getLocalPort();
        }
        CamelContext context = context();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("netty:udp://127.0.0.1:" + port + "?sync=true&udpByteArrayCodec=true&usingExecutorService=false"
                                + "&workerCount=1&receiveBufferSize=" + RECEIVE_BUFFER)
                        .setBody(body());
            }
        });
        context.start();
        return port;
    }

    private static CamelContext context() {
        DefaultCamelContext context = new DefaultCamelContext();
        context.getCamelContextExtension().setName("bench");
        return context;
    }

    private static int netty(EventLoopGroup group, Class<? extends Channel> type) throws Exception {
        Channel channel = new Bootstrap()
                .group(group)
                .channel(type)
                .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER)
                .handler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext context, Object message) {
                        DatagramPacket packet = (DatagramPacket) message;
                        context.write(new DatagramPacket(packet.content(), packet.sender()));
                    }

                    @Override
                    public void channelReadComplete(ChannelHandlerContext context) {
                        context.flush();
                    }
                })
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }
}
