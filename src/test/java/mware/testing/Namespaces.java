package mware.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A small network of hosts on one switch, made of network namespaces; cables can be pulled and hosts cut off from each
 * other.
 *
 * <p>Nothing of it shows in the machine's own network: the switch is a bridge in a namespace too. Names carry the pid of
 * this JVM; what a JVM that died left behind is removed by the next one that starts.
 */
public final class Namespaces implements AutoCloseable {

    private static final Pattern OURS = Pattern.compile("mw(\\d+)x\\d+-\\w+");
    private static final AtomicInteger COUNT = new AtomicInteger();
    /** Frames to this address are taken by nobody. */
    private static final String NOWHERE = "02:00:00:00:de:ad";

    private final String prefix = "mw" + ProcessHandle.current().pid() + "x" + COUNT.incrementAndGet() + "-";
    private final Map<String, Host> hosts = new LinkedHashMap<>();

    /**
     * One host.
     *
     * @param namespace its name for {@code ip netns exec}
     * @param address its IPv4 address; 127.0.0.1 is its own loopback
     */
    public record Host(String name, String namespace, String address) {

        /** The command as it must be started to run on this host. */
        public List<String> inside(List<String> command) {
            return Stream.concat(Stream.of("ip", "netns", "exec", namespace), command.stream())
                    .toList();
        }

        /** Runs a short command on this host and gives what it said. */
        public String run(String... command) {
            return Command.run(inside(Arrays.asList(command)).toArray(String[]::new));
        }
    }

    /** Makes hosts of these names (letters and digits), all on one switch, all cables plugged in. */
    public static Namespaces of(String... names) {
        Peers.need("ip", "iproute2");
        Peers.needRoot("network namespaces");
        sweep();
        Namespaces network = new Namespaces();
        try {
            network.make(List.of(names));
        } catch (RuntimeException e) {
            network.close();
            throw e;
        }
        return network;
    }

    public Host host(String name) {
        Host host = hosts.get(name);
        if (host == null) {
            throw new IllegalArgumentException("no host " + name + ", there are " + hosts.keySet());
        }
        return host;
    }

    /** Pulls the host's cable: its interface loses its carrier and nothing passes. */
    public void cut(String name) {
        atSwitch(host(name), "down");
    }

    /** Plugs the host's cable in again. */
    public void restore(String name) {
        atSwitch(host(name), "up");
    }

    /** Loses every packet between the two sets, silently, both ways; all other traffic goes on. */
    public void partition(Collection<String> some, Collection<String> others) {
        some.forEach(one -> others.forEach(other -> {
            lose(host(one), host(other));
            lose(host(other), host(one));
        }));
    }

    /** Cuts {@code name} off from all other hosts, silently: its interface still looks well. */
    public void isolate(String name) {
        partition(
                Set.of(name),
                hosts.keySet().stream().filter(other -> !other.equals(name)).toList());
    }

    /** Ends every partition and plugs all cables in. */
    public void heal() {
        hosts.values().forEach(host -> {
            // one that does not exist is no error here
            hosts.values()
                    .forEach(other -> Command.attempt(
                            "", List.of("ip", "-n", host.namespace(), "neigh", "del", other.address(), "dev", "eth0")));
            restore(host.name());
        });
    }

    /** Kills what still runs on the hosts and removes them. */
    @Override
    public void close() {
        Stream.concat(hosts.values().stream().map(Host::namespace), Stream.of(theSwitch()))
                .forEach(Namespaces::remove);
    }

    private String theSwitch() {
        return prefix + "switch";
    }

    private void make(List<String> names) {
        int subnet = (int) (ProcessHandle.current().pid() % 200) + 20;
        List<String> batch = new ArrayList<>(List.of("netns add " + theSwitch()));
        for (String name : names) {
            Host host = new Host(name, prefix + name, "10.99." + subnet + "." + (hosts.size() + 1));
            hosts.put(name, host);
            batch.add("netns add " + host.namespace());
            batch.add("link add eth0 netns " + host.namespace() + " type veth peer name to-" + name + " netns "
                    + theSwitch());
        }
        batch(batch, "ip", "-batch", "-");
        batch.clear();
        batch.add("link add bridge type bridge");
        batch.add("link set bridge up");
        hosts.keySet().forEach(name -> batch.add("link set to-" + name + " master bridge up"));
        batch(batch, "ip", "-n", theSwitch(), "-batch", "-");
        hosts.values()
                .forEach(host -> batch(
                        List.of(
                                "link set lo up",
                                "address add " + host.address() + "/24 dev eth0",
                                "link set eth0 addrgenmode none up"),
                        "ip",
                        "-n",
                        host.namespace(),
                        "-batch",
                        "-"));
    }

    private static void batch(List<String> lines, String... command) {
        Command.feed(String.join("\n", lines) + "\n", command);
    }

    private void atSwitch(Host host, String state) {
        Command.run("ip", "-n", theSwitch(), "link", "set", "to-" + host.name(), state);
    }

    private static void lose(Host from, Host to) {
        Command.run(
                "ip",
                "-n",
                from.namespace(),
                "neigh",
                "replace",
                to.address(),
                "lladdr",
                NOWHERE,
                "nud",
                "permanent",
                "dev",
                "eth0");
    }

    /** Removes what test runs left behind that were killed themselves. */
    private static void sweep() {
        for (String line : Command.run("ip", "netns", "list").split("\n")) {
            Matcher name = OURS.matcher(line.split(" ")[0]);
            if (name.matches() && !Files.exists(Path.of("/proc/" + name.group(1)))) {
                remove(name.group());
            }
        }
    }

    private static void remove(String namespace) {
        // may be half made, or gone: no step is an error
        for (String pid : Command.attempt("", List.of("ip", "netns", "pids", namespace))
                .output()
                .split("\\s+")) {
            if (pid.matches("\\d+")) {
                Command.attempt("", List.of("sh", "-c", "kill -9 " + pid));
            }
        }
        Command.attempt("", List.of("ip", "netns", "del", namespace));
    }
}
