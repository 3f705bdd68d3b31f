package mware.service.udpecho;

import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import mware.core.config.Configuration;

/** Which networks belong to the sites of a configuration. */
final class SiteNetworks {

    private SiteNetworks() {}

    /**
     * Loopback, every interface address of every server, and those of {@code attached} in which one of them lies.
     *
     * <p>The configuration gives addresses without prefix lengths; those of the networks that this server is attached
     * to are known from its interfaces.
     */
    static List<Network> of(Configuration configuration, List<Network> attached) {
        Set<Network> networks = new LinkedHashSet<>(List.of(Network.LOOPBACK_4, Network.LOOPBACK_6));
        for (Configuration.Server server : configuration.servers()) {
            for (String iface : server.ifaces().values()) {
                Network own;
                try {
                    own = Network.parse(iface);
                } catch (IllegalArgumentException e) {
                    continue; // a host name: the check of the configuration speaks about it, not the echo
                }
                networks.add(own);
                attached.stream()
                        .filter(network -> network.contains(own.address()))
                        .forEach(networks::add);
            }
        }
        return List.copyOf(networks);
    }

    /** The networks of this server's interfaces that are up; none where the system does not tell. */
    static List<Network> attached() {
        List<Network> networks = new ArrayList<>();
        try {
            for (NetworkInterface nic : NetworkInterface.networkInterfaces().toList()) {
                for (InterfaceAddress address : nic.getInterfaceAddresses()) {
                    if (!address.getAddress().isLoopbackAddress()) {
                        networks.add(new Network(address.getAddress(), address.getNetworkPrefixLength()));
                    }
                }
            }
        } catch (SocketException e) {
            return List.of();
        }
        return networks;
    }
}
