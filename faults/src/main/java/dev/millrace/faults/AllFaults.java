package dev.millrace.faults;

import dev.millrace.faults.fault.BadProvider;
import dev.millrace.faults.fault.BrokerRestart;
import dev.millrace.faults.fault.BrokersDown;
import dev.millrace.faults.fault.ClockSkew;
import dev.millrace.faults.fault.CorruptState;
import dev.millrace.faults.fault.DiskFull;
import dev.millrace.faults.fault.Duplicates;
import dev.millrace.faults.fault.Fault;
import dev.millrace.faults.fault.Kill;
import dev.millrace.faults.fault.NetworkCut;
import dev.millrace.faults.fault.Poison;
import dev.millrace.faults.fault.Rebalances;
import dev.millrace.faults.fault.Zombie;
import dev.millrace.faults.process.Role;
import dev.millrace.faults.provider.Misbehaviour;
import java.util.List;

/// The rows of the suite, in the order in which they run.
final class AllFaults {

    static final List<Fault> LIST =
            List.of(
                    new Kill(Role.WORKER),
                    new Kill(Role.ROUTER),
                    new Kill(Role.ACCOUNTING),
                    new Kill(Role.INGRESS),
                    new Zombie(),
                    new Rebalances(),
                    new BadProvider(Misbehaviour.HANG),
                    new BadProvider(Misbehaviour.DRIP),
                    new BadProvider(Misbehaviour.CUT),
                    new BadProvider(Misbehaviour.ERROR_BODY),
                    new BadProvider(Misbehaviour.NO_USAGE),
                    new BadProvider(Misbehaviour.THROTTLE),
                    new BadProvider(Misbehaviour.FLAP),
                    new Poison(FaultSuite.PROVIDER),
                    new Duplicates(FaultSuite.PROVIDER),
                    new CorruptState(),
                    new NetworkCut(Role.INGRESS),
                    new NetworkCut(Role.WORKER),
                    new ClockSkew(),
                    new BrokerRestart(),
                    new DiskFull(),
                    new BrokersDown(1),
                    new BrokersDown(2));

    private AllFaults() {}
}
