package mware.core.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import mware.core.reload.RouteFileException.Stage;
import mware.core.reload.RouteLoader.LoadedRoutes;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

class RouteDefinitionsTest {

    private final RouteDefinitions definitions =
            new RouteDefinitions(new DefaultCamelContext(), Duration.ofMillis(200));

    @Test
    void a_configure_that_does_not_end_is_left_alone_after_its_time_and_named_with_its_line() {
        var refused = catchThrowableOfType(RouteFileException.class, () -> definitions.of(version(Endless.class)));

        assertThat(refused.stage()).isEqualTo(Stage.ENDLESS);
        assertThat(refused)
                .hasMessageMatching("RouteDefinitionsTest\\.java:\\d+: configure\\(\\) did not end within 200 ms");
    }

    @Test
    void a_configure_that_waits_is_interrupted_after_its_time() throws InterruptedException {
        catchThrowableOfType(RouteFileException.class, () -> definitions.of(version(Waiting.class)));

        Waiting.interrupted.await();
    }

    private static LoadedRoutes version(Class<? extends RouteBuilder> type) {
        return new LoadedRoutes(RouteSource.of("RouteDefinitionsTest.java", ""), type);
    }

    /** Never ends of itself and hears no interrupt; ends with the test, so that no thread stays busy. */
    static final class Endless extends RouteBuilder {

        private final long begun = System.nanoTime();

        @Override
        public void configure() {
            while (System.nanoTime() - begun < Duration.ofSeconds(2).toNanos()) {
                Thread.onSpinWait();
            }
        }
    }

    /** Waits for what never comes. */
    static final class Waiting extends RouteBuilder {

        static final CountDownLatch interrupted = new CountDownLatch(1);

        @Override
        public void configure() {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        }
    }
}
