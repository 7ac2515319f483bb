package dev.millrace.ingress;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/// Tests of an ingress behind whose log there is the outcome gate too. Each test begins with
/// nothing sent.
abstract class WithGate {

    static Rig rig;
    static GateSide gate;

    @BeforeAll
    static void startWithGate() throws InterruptedException {
        rig = Rig.start();
        gate = new GateSide(rig);
    }

    @AfterAll
    static void stopWithGate() {
        gate.close();
        rig.close();
    }

    @BeforeEach
    void forget() {
        rig.other.forget();
        gate.events.clear();
    }
}
