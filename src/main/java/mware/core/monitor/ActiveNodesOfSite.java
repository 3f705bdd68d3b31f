package mware.core.monitor;

import java.util.Optional;
import mware.core.http.ActiveNodes;
import mware.core.monitor.SiteView.Group;
import mware.core.monitor.SiteView.LiveNode;

/** Tells forwarding where the active nodes of this site are. */
public final class ActiveNodesOfSite implements ActiveNodes {

    private final SiteView view;

    public ActiveNodesOfSite(SiteView view) {
        this.view = view;
    }

    @Override
    public Optional<ActiveNode> of(int group) {
        return group(group).flatMap(Group::active).flatMap(term -> view.nodes().stream()
                .filter(node -> node.name().equals(term.node()))
                .map(LiveNode::url)
                .findFirst()
                .map(url -> new ActiveNode(term.node(), url, term.epoch(), term.since(), term.why())));
    }

    @Override
    public String whyNone(int group) {
        String why = group(group).map(Group::why).orElse("no node has joined it");
        return "no node of group " + group + " is active now" + (why.isEmpty() ? "" : ": " + why);
    }

    private Optional<Group> group(int number) {
        return view.groups().stream().filter(group -> group.number() == number).findFirst();
    }
}
