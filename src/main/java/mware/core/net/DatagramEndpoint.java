package mware.core.net;

import org.apache.camel.Consumer;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;

/** {@code datagram:PORT?address=A&key=K}: datagrams that come to a UDP port; the options are the setters. */
public final class DatagramEndpoint extends DefaultEndpoint {

    private final int port;
    private String address = "127.0.0.1";
    private String key = "port";
    private int batch = 256;
    private int receiveBuffer = 4 << 20;
    private long backlog;
    private boolean reply;

    DatagramEndpoint(String uri, DatagramComponent component, int port) {
        super(uri, component);
        this.port = port;
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        DatagramConsumer consumer = new DatagramConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public Producer createProducer() {
        throw new UnsupportedOperationException(
                "datagram: only from(), with reply=true it sends what the route answers");
    }

    @Override
    public ExchangePattern getExchangePattern() {
        return reply ? ExchangePattern.InOut : ExchangePattern.InOnly;
    }

    @Override
    public DatagramComponent getComponent() {
        return (DatagramComponent) super.getComponent();
    }

    /** 0..65535; 0 takes a free one. */
    public int getPort() {
        return port;
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

    /** How many datagrams an exchange may hold, 1 or more; it never waits to fill up. */
    public void setBatch(int batch) {
        this.batch = batch;
    }

    public int getReceiveBuffer() {
        return receiveBuffer;
    }

    /** Bytes that the kernel is asked to keep for us. */
    public void setReceiveBuffer(int receiveBuffer) {
        this.receiveBuffer = receiveBuffer;
    }

    public long getBacklog() {
        return backlog;
    }

    /** Bytes that may wait, read but not handled, on a thread of their own; 0, the default: none, and no such thread. */
    public void setBacklog(long backlog) {
        this.backlog = backlog;
    }

    public boolean isReply() {
        return reply;
    }

    /** Whether the {@link Datagrams} that the route ends with are sent. */
    public void setReply(boolean reply) {
        this.reply = reply;
    }
}
