package mware.core.monitor;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import mware.core.cluster.Leadership;

/** The site as a node sees it that knows of no other: itself, and whether it is the active one of its group. */
public final class LoneSite implements SiteView {

    private final LiveNode self;
    private final Leadership leadership;
    private final Clock clock;
    private volatile Told told;

    private record Told(OptionalLong epoch, Instant since, String why) {}

    public LoneSite(LiveNode self, Leadership leadership, Clock clock) {
        this.self = self;
        this.leadership = leadership;
        this.clock = clock;
        told = new Told(OptionalLong.empty(), clock.instant(), "not elected yet");
        leadership.onChange((epoch, why) -> told = new Told(epoch, this.clock.instant(), why));
    }

    @Override
    public List<LiveNode> nodes() {
        return List.of(self);
    }

    @Override
    public List<Group> groups() {
        Told now = told;
        boolean active = leadership.isActive() && now.epoch().isPresent();
        return List.of(new Group(
                self.group(),
                active
                        ? Optional.of(new Active(self.name(), now.epoch().getAsLong(), now.since(), now.why()))
                        : Optional.empty(),
                active ? "" : now.why()));
    }
}
