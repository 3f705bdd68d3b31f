package mware.core.log;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import mware.core.monitor.Deviation;
import mware.core.monitor.Deviations;
import org.slf4j.LoggerFactory;

/**
 * The log files of a running node: {@code <data>/log/<node>/<service>/<type>_<date>.<number>.log}.
 *
 * <p>Whoever logs never waits for the disk or the console and never sees their errors.
 */
public final class Logs implements AutoCloseable {

    private static final int QUEUE = 16_384;
    private static final long CHECK_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** Sooner while nothing is written, since each line until then is lost. */
    private static final long CHECK_STOPPED_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Logger root;
    private final LineQueue<Line> files;
    private final LineQueue<String> console;
    private final Appender appender;

    private record Line(LogFamily family, String text) {}

    private Logs(LineQueue.Writer<Line> writer, LoggerContext context, ZoneId zone) {
        files = new LineQueue<>("log", QUEUE, writer);
        console = new LineQueue<>("log-console", QUEUE, new Console());
        appender = new Appender(zone);
        appender.setContext(context);
        appender.setName("files");
        appender.start();
        root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.detachAppender("console");
        root.addAppender(appender);
    }

    /**
     * Begins to write.
     *
     * @param clock the wall clock; the day of a file is that of its zone
     * @param limits asked again and again, so that a new setting holds at once
     * @param deviations told, under {@code disk}, when nothing can be written
     */
    public static Logs start(Path data, String node, Clock clock, Supplier<LogLimits> limits, Deviations deviations) {
        LongSupplier nanos = System::nanoTime;
        var folder = data.resolve("log").resolve(node);
        var files = new LogFiles(folder, clock, nanos, limits, message -> {
            deviations.set(!message.isEmpty(), "disk", "log", Deviation.Status.WARNING, message);
            System.err.println("mware: " + (message.isEmpty() ? "log files go on" : message));
        });
        var context = (LoggerContext) LoggerFactory.getILoggerFactory();
        return new Logs(new Writer(files, clock, nanos), context, clock.getZone());
    }

    /** Writes what is left and gives the console back to the commands. */
    @Override
    public void close() {
        root.detachAppender(appender);
        new LogSetup().configure((LoggerContext) LoggerFactory.getILoggerFactory());
        files.close();
        console.close();
    }

    /** Formats on the caller's thread, since an event may change after that, and hands over. */
    private final class Appender extends UnsynchronizedAppenderBase<ILoggingEvent> {
        private final ZoneId zone;

        Appender(ZoneId zone) {
            this.zone = zone;
        }

        @Override
        protected void append(ILoggingEvent event) {
            files.add(new Line(LogFamily.of(event.getLoggerName()), LineFormat.file(event, zone)));
            if (LogSetup.isForConsole(event)) {
                console.add(LineFormat.console(event, zone));
            }
        }
    }

    private static final class Writer implements LineQueue.Writer<Line> {
        private final LogFiles files;
        private final Clock clock;
        private final LongSupplier nanos;
        private long checked;

        Writer(LogFiles files, Clock clock, LongSupplier nanos) {
            this.files = files;
            this.clock = clock;
            this.nanos = nanos;
            checked = nanos.getAsLong();
            files.check();
        }

        @Override
        public void write(List<Line> lines, long dropped) {
            if (dropped > 0) {
                files.write(
                        LogFamily.NODE,
                        LineFormat.own(clock, dropped + " lines were not written: they came faster than the disk"));
            }
            lines.forEach(line -> files.write(line.family(), line.text()));
            files.flush();
        }

        @Override
        public void tick() {
            if (nanos.getAsLong() - checked >= (files.stopped() == null ? CHECK_NANOS : CHECK_STOPPED_NANOS)) {
                checked = nanos.getAsLong();
                files.check();
            }
        }

        @Override
        public void close() {
            files.close();
        }
    }

    private static final class Console implements LineQueue.Writer<String> {
        @Override
        public void write(List<String> lines, long dropped) {
            lines.forEach(System.err::print);
            if (dropped > 0) {
                System.err.println("mware: " + dropped + " lines are in the log files only");
            }
        }

        @Override
        public void tick() {}

        @Override
        public void close() {
            System.err.flush();
        }
    }
}
