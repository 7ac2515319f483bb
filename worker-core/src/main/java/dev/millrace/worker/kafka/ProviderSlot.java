package dev.millrace.worker.kafka;

import dev.millrace.worker.provider.Provider;
import dev.millrace.worker.provider.ServerReport;
import java.util.List;

/// Holds a pool's provider, which may be replaced while calls are under way: the old one is closed
/// when its last call has ended. Thread-safe.
final class ProviderSlot {

    /// The right to call the provider until it is closed.
    final class Lease implements AutoCloseable {
        private final Holder holder;

        private Lease(Holder holder) {
            this.holder = holder;
        }

        Provider provider() {
            return holder.provider;
        }

        @Override
        public void close() {
            giveBack(holder);
        }
    }

    private static final class Holder {
        private final Provider provider;
        private int leases;
        private boolean retired;

        Holder(Provider provider) {
            this.provider = provider;
        }
    }

    private Holder current;

    ProviderSlot(Provider provider) {
        this.current = new Holder(provider);
    }

    synchronized Lease lease() {
        current.leases++;
        return new Lease(current);
    }

    /// How the provider's servers fare, where it has several.
    List<ServerReport> servers() {
        try (Lease lease = lease()) {
            return lease.provider().servers();
        }
    }

    /// Calls that begin from now on go to `next`.
    void replace(Provider next) {
        Holder old;
        synchronized (this) {
            old = current;
            current = new Holder(next);
        }
        retire(old);
    }

    /// Closes the provider when its last call has ended.
    void retire() {
        Holder last;
        synchronized (this) {
            last = current;
        }
        retire(last);
    }

    private void retire(Holder holder) {
        boolean unused;
        synchronized (this) {
            holder.retired = true;
            unused = holder.leases == 0;
        }
        if (unused) {
            holder.provider.close();
        }
    }

    private void giveBack(Holder holder) {
        boolean last;
        synchronized (this) {
            holder.leases--;
            last = holder.retired && holder.leases == 0;
        }
        if (last) {
            holder.provider.close();
        }
    }
}
