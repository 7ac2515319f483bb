package dev.millrace.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.topics.KafkaLog;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.util.Collections;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.boot.web.server.PortInUseException;

class AddressTest {

    @Test
    void nothing_listens_beyond_the_configured_address() throws Exception {
        try (Rig rig = Rig.lonely(SharedBroker.newLog(), settings -> settings)) {
            for (InetAddress other : otherAddresses()) {
                assertThatThrownBy(() -> new Socket(other, rig.ingress.port()).close())
                        .isInstanceOf(java.io.IOException.class);
            }
        }
    }

    @Test
    void a_wider_address_lets_nobody_in_without_a_key() throws Exception {
        try (Rig rig =
                Rig.lonely(
                        SharedBroker.newLog(),
                        settings -> IngressSettings.of(settings.instance(), "0.0.0.0", 0))) {
            Awaitility.await()
                    .untilAsserted(() -> assertThat(rig.chat("m").statusCode()).isEqualTo(401));
        }
    }

    @Test
    void a_taken_port_and_a_host_without_an_address_are_named() throws Exception {
        KafkaLog log = SharedBroker.newLog();
        try (Rig rig = Rig.lonely(log, settings -> settings)) {
            assertThatThrownBy(() ->
                            Ingress.start(
                                    log,
                                    IngressSettings.of("second", "127.0.0.1", rig.ingress.port())))
                    .isInstanceOf(PortInUseException.class);
        }
        assertThatThrownBy(() ->
                        Ingress.start(log, IngressSettings.of("third", "no-such-host.invalid", 0)))
                .hasRootCauseMessage("the host 'no-such-host.invalid' has no address");
    }

    private static List<InetAddress> otherAddresses() throws Exception {
        return Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress())
                .toList();
    }
}
