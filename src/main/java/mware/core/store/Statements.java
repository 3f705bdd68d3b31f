package mware.core.store;

import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.sql.SqlConstants;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * Runs the statements under {@code sql/} through Camel's {@code sql:} endpoints, in the transaction of the thread.
 *
 * <p>It has a Camel of its own, which is there before the first route of the node and after the last.
 */
final class Statements implements AutoCloseable {

    private static final String DATA_SOURCE = "database";

    private final DefaultCamelContext camel = new DefaultCamelContext(false);
    private final ProducerTemplate template;

    /** Runs them on this data source. */
    Statements(DataSource database) {
        camel.getCamelContextExtension().setName("database");
        camel.setLoadTypeConverters(false);
        camel.disableJMX();
        camel.getRegistry().bind(DATA_SOURCE, database);
        camel.build();
        camel.start();
        template = camel.createProducerTemplate();
    }

    /** The rows that a query gives. */
    @SuppressWarnings("unchecked")
    List<Map<String, Object>> query(String name, Map<String, Object> parameters) {
        return (List<Map<String, Object>>) run(name, parameters).getMessage().getBody();
    }

    /** Runs a statement; how many rows it touched. */
    int update(String name, Map<String, Object> parameters) {
        return run(name, parameters).getMessage().getHeader(SqlConstants.SQL_UPDATE_COUNT, 0, Integer.class);
    }

    private Exchange run(String name, Map<String, Object> parameters) {
        Exchange done;
        try {
            done = template.request(
                    "sql:classpath:sql/" + name + ".sql?dataSource=#bean:" + DATA_SOURCE,
                    exchange -> exchange.getMessage().setBody(parameters));
        } catch (CamelExecutionException e) {
            throw unwrapped(e.getCause());
        }
        Exception failure = done.getException();
        if (failure != null) {
            throw unwrapped(failure);
        }
        return done;
    }

    private static RuntimeException unwrapped(Throwable failure) {
        return failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
    }

    @Override
    public void close() {
        template.stop();
        camel.stop();
    }
}
