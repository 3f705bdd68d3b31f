package mware.core.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.time.ZoneId;
import java.util.Map;
import java.util.Set;

/**
 * Sets logback up, found by it as a service: warnings and the life of the node on standard error. No XML is looked for
 * or parsed, which every command would pay at its start.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {

    /** What speaks on the console at level INFO too: the life of the node. */
    private static final Set<String> LIFE = Set.of("node", "cluster");

    /** Libraries that say at INFO, or worse, what no operator needs. */
    private static final Map<String, Level> LEVELS = Map.of(
            "org.apache.zookeeper", Level.WARN,
            "org.apache.curator", Level.WARN,
            "org.apache.camel.impl.engine.AbstractCamelContext", Level.WARN,
            "org.apache.camel.main.MainSupport", Level.WARN,
            "org.apache.camel.component.zookeepermaster",
                    Level.WARN, // logger cluster tells it once, not for each route
            "com.zaxxer.hikari", Level.ERROR, // logger database tells what matters
            "org.flywaydb", Level.WARN,
            "io.netty", Level.WARN,
            "io.vertx", Level.WARN,
            // each connection that a client or another node cuts: told by the request that it breaks, if any
            "io.vertx.core.net.impl.ConnectionBase", Level.OFF);

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        LEVELS.forEach((logger, level) -> context.getLogger(logger).setLevel(level));
        var root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        var console = new ConsoleAppender();
        console.setContext(context);
        console.setName(ConsoleAppender.NAME);
        console.start();
        root.addAppender(console);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Whether an event belongs on the console. */
    static boolean isForConsole(ILoggingEvent event) {
        // ZooKeeper's own client warns once a second while it is cut off, which logger cluster and the system state
        // tell
        boolean repeated = event.getLoggerName().startsWith("org.apache.zookeeper.ClientCnxn");
        return event.getLevel().isGreaterOrEqual(repeated ? Level.ERROR : Level.WARN)
                || LIFE.contains(event.getLoggerName());
    }

    /** The console of a command: at once, on the caller's thread. */
    private static final class ConsoleAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {
        static final String NAME = "console";

        @Override
        protected void append(ILoggingEvent event) {
            if (isForConsole(event)) {
                System.err.print(LineFormat.console(event, ZoneId.systemDefault()));
            }
        }
    }
}
