package dev.millrace.ingress.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.ApiKey;
import dev.millrace.configuration.Tenant;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeyRingTest {

    private static final byte[] SECRET = {1, 2, 3};

    private final KeyRing ring =
            new KeyRing(
                    List.of(
                            new Tenant("acme", List.of(key("ci"), key("dev")), Set.of("m")),
                            new Tenant("other", List.of(key("main")), Set.of())),
                    true,
                    SECRET);

    @Test
    void a_key_names_its_tenant_and_what_it_may_use() {
        Caller caller = ring.caller("Bearer secret-dev").orElseThrow();

        assertThat(caller).isEqualTo(new Caller("acme", "dev", Set.of("m")));
        assertThat(caller.mayUse("m")).isTrue();
        assertThat(caller.mayUse("x")).isFalse();
        assertThat(ring.caller("bearer  secret-main ").orElseThrow().mayUse("x")).isTrue();
    }

    @Test
    void anything_else_is_nobodys_key() {
        assertThat(ring.caller(null)).isEmpty();
        assertThat(ring.caller("secret-ci")).isEmpty();
        assertThat(ring.caller("Bearer ")).isEmpty();
        assertThat(ring.caller("Bearer secret-c")).isEmpty();
        assertThat(ring.caller("Bearer " + sha256("secret-ci"))).isEmpty();
        assertThat(ring.caller("Bearer " + "x".repeat(5000))).isEmpty();
    }

    @Test
    void without_tenants_everyone_is_the_default_one() {
        KeyRing open = new KeyRing(List.of(), true, SECRET);

        assertThat(open.open()).isTrue();
        assertThat(open.caller(null).orElseThrow().tenant()).isEqualTo("default");
        assertThat(open.caller("Bearer whatever").orElseThrow().keyId()).isNull();
        assertThat(new KeyRing(List.of(), false, SECRET).caller("Bearer whatever")).isEmpty();
    }

    private static ApiKey key(String id) {
        return new ApiKey(id, sha256("secret-" + id));
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
