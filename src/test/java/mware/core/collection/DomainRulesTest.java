package mware.core.collection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import mware.core.config.ActiveConfiguration;
import mware.core.config.Configuration;
import mware.core.config.ConfigurationReader;
import mware.core.config.DefaultSite;
import mware.core.http.ApiException;
import mware.core.store.Entity;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DomainRulesTest {

    private static final String MASTER = "mware.local";
    private static final String DEFAULT = new String(DefaultSite.text(), StandardCharsets.UTF_8);

    private final ActiveConfiguration configuration = new ActiveConfiguration(site(DEFAULT));
    private final DomainRules rules =
            new DomainRules(configuration, name -> name.startsWith("full.") ? List.of("iam/users") : List.of());

    private static Configuration site(String text) {
        return ConfigurationReader.read(text).orRefuse();
    }

    private static ObjectNode named(String name) {
        return JsonNodeFactory.instance.objectNode().put("name", name);
    }

    private Entity standing(String name) {
        return rules.standing().stream()
                .filter(entity -> entity.body().path("name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Entity made(String name) {
        var now = java.time.Instant.EPOCH;
        return new Entity("1", MASTER, name, named(name), now, now, 1, false);
    }

    private static String refused(int status, ThrowingCallable call) {
        var refusal =
                assertThatExceptionOfType(ApiException.class).isThrownBy(call).actual();
        assertThat(refusal.status()).isEqualTo(status);
        return refusal.getMessage();
    }

    @Test
    void the_domains_of_the_configuration_are_always_there_under_the_same_ids() {
        assertThat(rules.standing())
                .extracting(entity -> entity.body().path("name").asText())
                .containsExactly(MASTER, "demo.mware.local");
        assertThat(standing(MASTER).id())
                .isEqualTo(new DomainRules(configuration, name -> List.of())
                        .standing()
                        .get(0)
                        .id());
    }

    @Test
    void a_new_configuration_brings_its_own_domains() {
        configuration.apply(site(DEFAULT.replace("demo.mware.local", "shop.mware.local")));

        assertThat(rules.standing())
                .extracting(entity -> entity.body().path("name").asText())
                .containsExactly(MASTER, "shop.mware.local");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"sales.demo.mware.local", "a.b.demo.mware.local", "branch.mware.local"})
    void a_domain_may_be_made_below_one_of_the_configuration(String name) {
        assertThat(rules.write(Author.NODE, MASTER, Optional.empty(), named(name))
                        .body()
                        .path("name")
                        .asText())
                .isEqualTo(name);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"mware.local", "local", "elsewhere.org", "xmware.local", "demo.mware.local.org"})
    void a_domain_of_another_tree_is_refused_with_the_reason(String name) {
        assertThat(refused(400, () -> rules.write(Author.NODE, MASTER, Optional.empty(), named(name))))
                .isEqualTo("name: must lie below a domain of the configuration (mware.local), got \"" + name + '"');
    }

    @Test
    void a_name_stays() {
        assertThat(refused(
                        400,
                        () -> rules.write(
                                Author.NODE, MASTER, Optional.of(made("a.mware.local")), named("b.mware.local"))))
                .startsWith("name: cannot be changed");
    }

    @Test
    void what_the_configuration_names_or_is_not_empty_is_not_deleted() {
        assertThat(refused(409, () -> rules.delete(Author.NODE, standing("demo.mware.local"))))
                .isEqualTo("demo.mware.local is a domain of the configuration and goes only with it");
        assertThat(refused(409, () -> rules.delete(Author.NODE, made("full.mware.local"))))
                .isEqualTo("full.mware.local is not empty: it has entities of iam/users; delete them first");
        rules.delete(Author.NODE, made("empty.mware.local"));
    }
}
