package dev.millrace.faults.fault;

import dev.millrace.faults.audit.Strike;
import dev.millrace.faults.fault.AttemptWatch.Moment;
import dev.millrace.faults.process.Role;
import dev.millrace.faults.process.Service;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// `kill -9` of the instances of one service in turn. Every third time it is started again only
/// after another instance had to take its work over, the other times at once.
///
/// @param role whose instances are killed
public record Kill(Role role) implements Fault {

    private static final Duration TAKEN_OVER = Duration.ofSeconds(11);
    private static final int TAKE_OVER_EVERY = 3;
    private static final Duration SETTLE = Duration.ofSeconds(2);
    private static final Duration MOMENT = Duration.ofSeconds(3);
    private static final Duration AT_WORK = Duration.ofSeconds(20);

    @Override
    public String name() {
        return "kill-" + role.word();
    }

    @Override
    public String expected() {
        return switch (role) {
            case INGRESS ->
                    "the broken connection is the outcome; the rest is answered and charged";
            case ROUTER -> "nothing lost; dispatches that are sent twice are run once";
            case WORKER ->
                    "one extra call at most for what was under way; charged as abandoned; taken over in 10 s";
            case ACCOUNTING -> "every call charged once; the sums are the sums of the charges";
        };
    }

    @Override
    public void run(Stage stage) throws IOException, InterruptedException {
        List<Service> instances = stage.cluster().services(role);
        for (int i = 0; i < stage.kills(); i++) {
            Service victim = instances.get(i % instances.size());
            awaitMoment(stage, victim, i);
            Instant at = Instant.now();
            victim.kill();
            Instant dead = Instant.now();
            if (i % TAKE_OVER_EVERY == 0) {
                stage.pass(TAKEN_OVER);
            }
            victim.start();
            victim.awaitReady();
            if (role == Role.WORKER) {
                // The next victim's work is to have somebody to go to.
                stage.watch().await(victim.name(), Moment.STARTED, AT_WORK);
            }
            stage.struck(Strike.Kind.KILL, victim, at, role == Role.INGRESS ? Instant.now() : dead);
            stage.pass(SETTLE);
        }
    }

    private void awaitMoment(Stage stage, Service victim, int kill) throws InterruptedException {
        stage.pass(Duration.ofMillis(stage.random().nextInt(500)));
        if (role == Role.WORKER) {
            Moment[] moments = Moment.values();
            stage.watch().await(victim.name(), moments[kill % moments.length], MOMENT);
        }
    }
}
