package mware;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Timer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final Path SOURCES = Path.of("src/main/java/mware");
    private static final int LONGEST_ROUTE_FILE = 90;
    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(ArchitectureTest::isProduct)
            .importPackages("mware", "routes");

    /** A slice for each route file. */
    private static final SliceAssignment ROUTE_FILES = new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return type.getPackageName().equals("routes")
                    ? SliceIdentifier.of(type.getName().replaceAll("\\$.*", ""))
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "route files";
        }
    };

    /** The routes folder is compiled as test source. */
    private static boolean isProduct(Location location) {
        return !location.contains("/test-classes/") || location.contains("/test-classes/routes/");
    }

    @Test
    void services_do_not_know_each_other() {
        slices().matching("mware.service.(*)..").should().notDependOnEachOther().check(PRODUCT);
    }

    @Test
    void services_do_not_know_camel() {
        noClasses()
                .that()
                .resideInAPackage("mware.service..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.camel..")
                .check(PRODUCT);
    }

    @Test
    void the_core_knows_no_service_and_no_wiring() {
        noClasses()
                .that()
                .resideInAPackage("mware.core..")
                .should()
                .dependOnClassesThat(resideInAPackage("mware.service..")
                        .or(resideInAPackage("mware"))
                        .or(resideInAPackage("mware.command..")))
                .check(PRODUCT);
    }

    @Test
    void services_know_neither_wiring_nor_commands() {
        noClasses()
                .that()
                .resideInAPackage("mware.service..")
                .should()
                .dependOnClassesThat(resideInAPackage("mware").or(resideInAPackage("mware.command..")))
                .check(PRODUCT);
    }

    @Test
    void the_packages_of_the_core_have_an_order() {
        slices().matching("mware.core.(*)..").should().beFreeOfCycles().check(PRODUCT);
    }

    @Test
    void the_routes_folder_holds_routes_that_do_not_know_each_other() {
        classes()
                .that()
                .resideInAPackage("routes")
                .should()
                .haveSimpleNameEndingWith("Routes")
                .orShould()
                .beAnonymousClasses()
                .check(PRODUCT);
        slices().assignedFrom(ROUTE_FILES).should().notDependOnEachOther().check(PRODUCT);
    }

    @Test
    void names_say_what_a_class_does() {
        noClasses().should().haveNameMatching(".*(Utils?|Manager|Impl|Helper)").check(PRODUCT);
    }

    @Test
    void nobody_but_the_wiring_reads_the_wall_clock() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("mware.Node")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(LocalDate.class, "now")
                .orShould()
                .callMethod(LocalDateTime.class, "now")
                .orShould()
                .callMethod(ZonedDateTime.class, "now")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .orShould()
                .callMethod(Clock.class, "systemDefaultZone")
                .check(PRODUCT);
    }

    @Test
    void nothing_waits_by_the_wall_clock() throws IOException {
        noClasses().should().dependOnClassesThat().areAssignableTo(Timer.class).check(PRODUCT);
        // Camel's timer: is a java.util.Timer, which stands still for as long as the clock was set back; scheduler:
        // goes on
        assertThat(below(Path.of("src/main/resources/routes"), file -> file.toString()
                        .endsWith(".java")))
                .isNotEmpty()
                .allSatisfy(file -> assertThat(file).content().doesNotContain("\"timer:"));
    }

    @Test
    void every_package_says_what_it_is_for_and_is_null_marked() throws IOException {
        for (Path folder : below(SOURCES, Files::isDirectory)) {
            try (Stream<Path> files = Files.list(folder)) {
                if (files.noneMatch(file -> file.toString().endsWith(".java"))) {
                    continue;
                }
            }
            String name = "mware" + SOURCES.relativize(folder).toString().replaceAll("^(?=.)|/", ".");

            assertThat(folder.resolve("package-info.java"))
                    .content()
                    .startsWith("/**")
                    .contains("@NullMarked\npackage " + name + ";");
        }
    }

    @Test
    void the_product_is_what_is_looked_at() {
        assertThat(PRODUCT.contain(Node.class)).isTrue();
        assertThat(PRODUCT.contain("routes.UdpEchoRoutes")).isTrue();
        assertThat(PRODUCT.contain(ArchitectureTest.class)).isFalse();
    }

    @Test
    void a_route_file_fits_on_a_screen() throws IOException {
        List<Path> files = below(
                Path.of("src/main/resources/routes"), file -> file.toString().endsWith(".java"));

        assertThat(files).isNotEmpty().allSatisfy(file -> assertThat(Files.readAllLines(file))
                .hasSizeLessThanOrEqualTo(LONGEST_ROUTE_FILE));
    }

    @Test
    void no_test_sleeps() throws IOException {
        String sleep = "Thread." + "sleep(";

        assertThat(below(Path.of("src/test/java"), file -> file.toString().endsWith(".java")))
                .isNotEmpty()
                .allSatisfy(file -> assertThat(file).content().doesNotContain(sleep));
    }

    private static List<Path> below(Path folder, Predicate<Path> wanted) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(wanted).toList();
        }
    }
}
