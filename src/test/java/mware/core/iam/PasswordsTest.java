package mware.core.iam;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import mware.core.http.ApiException;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordsTest {

    /** What the reference implementation of argon2 makes of "password", from its own tests. */
    private static final String OF_THE_REFERENCE =
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

    @Test
    void it_reads_what_others_made() {
        assertThat(Passwords.matches(OF_THE_REFERENCE, "password")).isTrue();
        assertThat(Passwords.matches(OF_THE_REFERENCE, "passworD")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"hunter22", "пароль-с-юникодом", "with spaces  and \t tab", "\uD83D\uDD11\uD83D\uDD11"})
    void a_password_matches_what_is_kept_of_it_and_nothing_else_does(String password) {
        String kept = Passwords.hash(password);

        assertThat(kept).startsWith("$argon2id$v=19$m=19456,t=2,p=1$").doesNotContain(password);
        assertThat(Passwords.hash(password)).isNotEqualTo(kept);
        assertThat(Passwords.matches(kept, password)).isTrue();
        assertThat(Passwords.matches(kept, password + "x")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"'', hunter22", "not a hash, hunter22", "$argon2i$v=19$m=65536, ''"})
    void what_cannot_be_read_fits_no_password(String kept, String password) {
        assertThat(Passwords.matches(kept, password)).isFalse();
    }

    @Test
    void neither_an_empty_nor_an_endless_password_fits() {
        assertThat(Passwords.matches(Passwords.hash(""), "")).isFalse();
        String endless = "x".repeat(Passwords.LONGEST + 1);
        assertThat(Passwords.matches(Passwords.hash(endless), endless)).isFalse();
        assertThat(Passwords.matches(Passwords.NOBODY, "hunter22")).isFalse();
    }

    @Test
    void two_are_hashed_at_a_time_a_few_wait_and_the_rest_are_told_to_come_again() throws Exception {
        try (var hashing = new Hashing()) {
            var begun = new CountDownLatch(Hashing.AT_A_TIME);
            var go = new CountDownLatch(1);
            for (int i = 0; i < Hashing.AT_A_TIME + Hashing.WAITING; i++) {
                hashing.run(() -> {
                    begun.countDown();
                    return go.await(30, TimeUnit.SECONDS);
                });
            }
            assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();

            var tooMany = hashing.run(() -> true);

            Assertions.assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> tooMany.get(30, TimeUnit.SECONDS))
                    .havingCause()
                    .isInstanceOfSatisfying(ApiException.class, told -> assertThat(told.status())
                            .isEqualTo(503));
            go.countDown();
        }
    }
}
