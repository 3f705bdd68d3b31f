package mware.core.syslog;

import org.apache.camel.Consumer;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;

/**
 * {@code syslog-stream:PORT?address=A&key=K} over TCP, {@code syslog-stream:tls?…} over TLS as the bean of type {@link
 * TlsFiles.Source} has it; the options are the setters.
 */
public final class StreamEndpoint extends DefaultEndpoint {

    private final boolean tls;
    private int port;
    private String address = "127.0.0.1";
    private String key = "port";
    private int batch = 256;
    private long backlog = 32L << 20;
    private int limit = 64 << 10;
    private int connections = 2000;
    private int idleSeconds = 3600;
    private int halfSeconds = 60;

    StreamEndpoint(String uri, StreamComponent component, boolean tls) {
        super(uri, component);
        this.tls = tls;
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        StreamConsumer consumer = new StreamConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public Producer createProducer() {
        throw new UnsupportedOperationException("syslog-stream: only from()");
    }

    @Override
    public ExchangePattern getExchangePattern() {
        return ExchangePattern.InOnly;
    }

    @Override
    public StreamComponent getComponent() {
        return (StreamComponent) super.getComponent();
    }

    public boolean isTls() {
        return tls;
    }

    public int getPort() {
        return port;
    }

    void setPort(int port) {
        this.port = port;
    }

    public String getAddress() {
        return address;
    }

    /** The IPv4 or IPv6 address to listen on; IPv6 with or without brackets. */
    public void setAddress(String address) {
        this.address = address;
    }

    public String getKey() {
        return key;
    }

    /** The configuration key of the port, for messages and counters. */
    public void setKey(String key) {
        this.key = key;
    }

    public int getBatch() {
        return batch;
    }

    /** How many messages an exchange may hold, 1 or more; it never waits to fill up. */
    public void setBatch(int batch) {
        this.batch = batch;
    }

    public long getBacklog() {
        return backlog;
    }

    /** Bytes that may wait to be handled; above it no connection is read. */
    public void setBacklog(long backlog) {
        this.backlog = backlog;
    }

    public int getLimit() {
        return limit;
    }

    /** The most octets of a message that are kept. */
    public void setLimit(int limit) {
        this.limit = limit;
    }

    public int getConnections() {
        return connections;
    }

    /** How many connections may be open. */
    public void setConnections(int connections) {
        this.connections = connections;
    }

    public int getIdleSeconds() {
        return idleSeconds;
    }

    /** Seconds after which a connection that says nothing is closed. */
    public void setIdleSeconds(int idleSeconds) {
        this.idleSeconds = idleSeconds;
    }

    public int getHalfSeconds() {
        return halfSeconds;
    }

    /** Seconds that the rest of a message is waited for; then what has come is handled and the connection closed. */
    public void setHalfSeconds(int halfSeconds) {
        this.halfSeconds = halfSeconds;
    }
}
