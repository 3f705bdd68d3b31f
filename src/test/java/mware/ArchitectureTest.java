package mware;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Timer;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final JavaClasses CODE = new ClassFileImporter().importPackages("mware", "routes");
    private static final JavaClasses SHIPPED = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("mware");

    @Test
    void services_do_not_know_each_other() {
        slices().matching("mware.service.(*)..").should().notDependOnEachOther().check(CODE);
    }

    @Test
    void services_do_not_know_camel() {
        noClasses()
                .that()
                .resideInAPackage("mware.service..")
                .and()
                .haveSimpleNameNotContaining("Test")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.camel..")
                .check(CODE);
    }

    @Test
    void the_routes_folder_holds_routes() {
        classes()
                .that()
                .resideInAPackage("routes")
                .should()
                .haveSimpleNameEndingWith("Routes")
                .check(CODE);
    }

    /** What waits or expires does so by a clock that nobody can set; the wall clock comes in as a {@link Clock}. */
    @Test
    void nothing_that_waits_asks_the_wall_clock() throws IOException {
        noClasses()
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Timer.class)
                .check(SHIPPED);
        noClasses()
                .that()
                .resideOutsideOfPackage("mware.core.reload") // shows since when a route runs
                .should()
                .callMethod(Instant.class, "now")
                .check(SHIPPED);
        try (var files = Files.list(Path.of("src/main/resources/routes"))) {
            for (Path file : files.toList()) { // Camel's timer is a java.util.Timer: set back, it stands still
                assertThat(Files.readString(file))
                        .as("%s: use scheduler:", file)
                        .doesNotContain("\"timer:");
            }
        }
    }
}
