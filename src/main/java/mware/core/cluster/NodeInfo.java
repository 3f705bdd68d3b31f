package mware.core.cluster;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * A running node, as the other nodes of its site see it.
 *
 * @param http the base URL of its API, such as {@code http://10.0.0.1:8080}
 * @param startedAt ISO 8601
 * @param instance tells this process from another of the same name
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record NodeInfo(
        String name,
        String site,
        String server,
        int group,
        int order,
        String http,
        String version,
        String startedAt,
        String instance) {}
