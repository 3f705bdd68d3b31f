package mware.service.syslogtrap.snmp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import mware.service.syslogtrap.snmp.Receiver.Auth;
import mware.service.syslogtrap.snmp.Receiver.Community;
import mware.service.syslogtrap.snmp.Receiver.Privacy;
import mware.service.syslogtrap.snmp.Receiver.User;
import org.jspecify.annotations.Nullable;
import org.snmp4j.CommunityTarget;
import org.snmp4j.MessageDispatcherImpl;
import org.snmp4j.PDU;
import org.snmp4j.ScopedPDU;
import org.snmp4j.Snmp;
import org.snmp4j.Target;
import org.snmp4j.UserTarget;
import org.snmp4j.asn1.BER;
import org.snmp4j.asn1.BERInputStream;
import org.snmp4j.event.ResponseListener;
import org.snmp4j.mp.CounterSupport;
import org.snmp4j.mp.MPv2c;
import org.snmp4j.mp.MPv3;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.security.SecurityLevel;
import org.snmp4j.security.SecurityModel;
import org.snmp4j.security.SecurityModels;
import org.snmp4j.security.SecurityProtocols;
import org.snmp4j.security.SecurityProtocols.SecurityProtocolSet;
import org.snmp4j.security.USM;
import org.snmp4j.security.UsmUser;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.TimeTicks;
import org.snmp4j.smi.UdpAddress;
import org.snmp4j.smi.VariableBinding;

/**
 * The snmp4j side of one receiver: what signs, encrypts, and matches answers to questions. Nothing of it is shared
 * between receivers, since two of them may know one user by different passwords.
 */
final class Snmp4j implements AutoCloseable {

    private final Snmp snmp;
    private final UdpLink link;
    private final Target<UdpAddress> target;
    private final String context;
    private final @Nullable MPv3 secure;

    private Snmp4j(Snmp snmp, UdpLink link, Target<UdpAddress> target, String context, @Nullable MPv3 secure) {
        this.snmp = snmp;
        this.link = link;
        this.target = target;
        this.context = context;
        this.secure = secure;
    }

    /**
     * Stands on the link, which it does not close.
     *
     * @param bootSeconds seconds since the engine's boots were raised
     */
    static Snmp4j open(Receiver receiver, UdpLink link, @Nullable Engine engine, int bootSeconds) throws IOException {
        var dispatcher = new MessageDispatcherImpl();
        Target<UdpAddress> target;
        String context = "";
        MPv3 secure = null;
        if (receiver.access() instanceof User user && engine != null) {
            var protocols = new SecurityProtocols(SecurityProtocolSet.any);
            var counters = new CounterSupport();
            var usm = new USM(protocols, new OctetString(engine.octets()), engine.boots(), counters);
            usm.setLocalEngine(new OctetString(engine.octets()), engine.boots(), bootSeconds);
            usm.addUser(usmUser(user));
            var models = SecurityModels.getCollection(new SecurityModel[] {usm});
            secure = new MPv3(engine.octets(), null, protocols, models, counters);
            dispatcher.addMessageProcessingModel(secure);
            target = new UserTarget<>(link.getAddress(), new OctetString(user.user()), new byte[0], user.level());
            target.setVersion(SnmpConstants.version3);
            context = user.context();
        } else if (receiver.access() instanceof Community community) {
            dispatcher.addMessageProcessingModel(new MPv2c());
            target = new CommunityTarget<>(link.getAddress(), new OctetString(community.community()));
            target.setVersion(SnmpConstants.version2c);
        } else {
            throw new IllegalStateException("version 3 needs an engine");
        }
        target.setTimeout(receiver.timeout().toMillis());
        target.setRetries(receiver.retries());
        var snmp = new Snmp(dispatcher, link);
        snmp.listen();
        return new Snmp4j(snmp, link, target, context, secure);
    }

    private static UsmUser usmUser(User user) {
        Auth auth = user.auth();
        Privacy privacy = user.privacy();
        return new UsmUser(
                new OctetString(user.user()),
                auth == null ? null : auth.id,
                user.authPassword() == null ? null : new OctetString(user.authPassword()),
                privacy == null ? null : privacy.id,
                user.privacyPassword() == null ? null : new OctetString(user.privacyPassword()));
    }

    /** Whether informs can be sent: a version 3 receiver's own engine id must be known, since informs are signed for it. */
    boolean knowsReceiver() {
        return secure == null || secure.getEngineID(link.getAddress()) != null;
    }

    /**
     * Forgets a version 3 receiver's engine id: one that was installed anew has another, and snmp4j keeps the one it
     * has for ever, since a report that names another may be forged.
     */
    void forgetReceiver() {
        OctetString id = secure == null ? null : secure.removeEngineID(link.getAddress());
        if (id != null && target instanceof UserTarget<?> user) {
            user.setAuthoritativeEngineID(new byte[0]); // the target remembers it too
            snmp.getUSM().removeEngineTime(id);
        }
    }

    /**
     * Asks a version 3 receiver for its engine id with an empty request, the listener hears when it answered or did not.
     *
     * <p>snmp4j would ask with an inform; npm net-snmp, for one, confirms that as if it had received a notification.
     */
    void discover(ResponseListener listener) throws IOException {
        var request = new ScopedPDU();
        request.setType(PDU.GET);
        var nobody = new UserTarget<>(link.getAddress(), new OctetString(), new byte[0], SecurityLevel.NOAUTH_NOPRIV);
        nobody.setVersion(SnmpConstants.version3);
        nobody.setTimeout(target.getTimeout());
        snmp.send(request, nobody, link, null, listener);
    }

    /** Sends a trap on this thread. */
    void trap(Trap trap, TimeTicks upTime) throws IOException {
        PDU pdu = pdu(PDU.NOTIFICATION);
        pdu.add(new VariableBinding(Oids.SYS_UP_TIME, upTime));
        pdu.add(new VariableBinding(Oids.SNMP_TRAP_OID, trap.notification()));
        pdu.addAll(trap.objects());
        snmp.send(pdu, target, link);
    }

    /** Sends an inform whose bindings are given in BER; the listener hears of the answer, or that there was none. */
    PDU inform(byte[] bindings, ResponseListener listener) throws IOException {
        PDU pdu = pdu(PDU.INFORM);
        pdu.addAll(decode(bindings));
        snmp.send(pdu, target, link, null, listener);
        return pdu;
    }

    private PDU pdu(int type) {
        PDU pdu;
        if (target.getVersion() == SnmpConstants.version3) {
            var scoped = new ScopedPDU();
            scoped.setContextName(new OctetString(context));
            pdu = scoped;
        } else {
            pdu = new PDU();
        }
        pdu.setType(type);
        return pdu;
    }

    /** Reads what {@link BerWriter#bindingList} wrote. */
    static List<VariableBinding> decode(byte[] bindings) throws IOException {
        var in = new BERInputStream(ByteBuffer.wrap(bindings));
        BER.decodeHeader(in, new BER.MutableByte());
        var read = new ArrayList<VariableBinding>();
        while (in.available() > 0) {
            var binding = new VariableBinding();
            binding.decodeBER(in);
            read.add(binding);
        }
        return read;
    }

    /** Forgets a request that is done; snmp4j would keep it until its time is out. */
    void done(PDU request, ResponseListener listener) {
        snmp.cancel(request, listener);
    }

    @Override
    public void close() {
        snmp.removeTransportMapping(link);
        link.close();
        try {
            snmp.close();
        } catch (IOException e) {
            throw new IllegalStateException("nothing is left to close", e);
        }
    }
}
