package mware;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final JavaClasses CODE = new ClassFileImporter().importPackages("mware", "routes");

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
}
