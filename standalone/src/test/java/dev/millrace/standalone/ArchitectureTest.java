package dev.millrace.standalone;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/// The walls of the house, as docs/architecture.md draws them.
class ArchitectureTest {

    private static final String[] SHARED = {
        "dev.millrace.schemas..",
        "dev.millrace.topics..",
        "dev.millrace.serde..",
        "dev.millrace.identity..",
        "dev.millrace.configuration..",
        "dev.millrace.topology..",
    };

    private static final String[] DOMAINS = {
        "dev.millrace.identity..",
        "dev.millrace.configuration",
        "dev.millrace.configuration.prices..",
        "dev.millrace.router.routing..",
        "dev.millrace.accounting.ledger..",
        "dev.millrace.worker.health..",
        "dev.millrace.worker.provider..",
        "dev.millrace.worker.quota..",
        "dev.millrace.worker.retry..",
        "dev.millrace.worker.secrets..",
        "dev.millrace.worker.window..",
        "dev.millrace.ingress.access..",
        "dev.millrace.ingress.answer..",
        "dev.millrace.ingress.costs..",
        "dev.millrace.ingress.intake..",
        "dev.millrace.ingress.models..",
    };

    private static final JavaClasses CODE =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.millrace");

    @Test
    void the_services_never_see_each_other() {
        for (String service : new String[] {"ingress", "router", "accounting", "worker", "cli"}) {
            noClasses()
                    .that()
                    .resideInAPackage("dev.millrace." + service + "..")
                    .should()
                    .dependOnClassesThat(
                            resideInAnyPackage("dev.millrace..")
                                    .and(resideOutsideOfPackages("dev.millrace." + service + ".."))
                                    .and(resideOutsideOfPackages(SHARED)))
                    .check(CODE);
        }
    }

    @Test
    void what_all_share_sees_no_service() {
        noClasses()
                .that()
                .resideInAnyPackage(SHARED)
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("dev.millrace..").and(resideOutsideOfPackages(SHARED)))
                .check(CODE);
    }

    @Test
    void cloud_and_local_workers_meet_in_the_core_alone() {
        noClasses()
                .that()
                .resideInAPackage("dev.millrace.worker.openai..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.millrace.worker.local..")
                .check(CODE);
        noClasses()
                .that()
                .resideInAPackage("dev.millrace.worker.local..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.millrace.worker.openai..")
                .check(CODE);
    }

    @Test
    void kafka_streams_is_used_in_the_topologies_and_what_they_run_on_alone() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "dev.millrace.router..",
                        "dev.millrace.accounting..",
                        "dev.millrace.topology..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.kafka.streams..")
                .check(CODE);
    }

    @Test
    void the_aws_sdk_is_used_in_its_worker_alone() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.millrace.worker.bedrock..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("software.amazon..")
                .check(CODE);
    }

    @Test
    void googles_library_for_credentials_is_used_in_one_package_alone() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.millrace.worker.vertex..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.google.auth..")
                .check(CODE);
    }

    @Test
    void the_azure_sdk_is_used_in_one_package_alone() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.millrace.worker.azure..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.azure..", "com.microsoft.aad..")
                .check(CODE);
    }

    @Test
    void schemas_of_json_are_checked_in_one_package_alone() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.millrace.worker.validation..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.networknt..", "com.google.re2j..")
                .check(CODE);
    }

    @Test
    void duckdb_is_used_in_one_package_of_the_command_alone() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.millrace.cli.analysis..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.duckdb..")
                .check(CODE);
    }

    @Test
    void the_brokers_own_classes_are_used_in_one_class() {
        noClasses()
                .that()
                .haveNameNotMatching(".*\\.EmbeddedKafka")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "kafka..", "org.apache.kafka.metadata..", "org.apache.kafka.server..")
                .check(CODE);
    }

    @Test
    void domains_know_only_the_jdk() {
        classes()
                .that()
                .resideInAnyPackage(DOMAINS)
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage(
                                        "java..",
                                        "org.jspecify..",
                                        "com.google.errorprone.annotations..")
                                .or(resideInAnyPackage(DOMAINS)))
                .check(CODE);
    }

    @Test
    void every_package_is_null_marked() {
        classes()
                .that()
                .haveSimpleName("package-info")
                .should()
                .beAnnotatedWith("org.jspecify.annotations.NullMarked")
                .check(CODE);
    }

    @Test
    void packages_depend_on_each_other_without_cycles() {
        slices().matching("dev.millrace.(*).(**)").should().beFreeOfCycles().check(CODE);
    }
}
