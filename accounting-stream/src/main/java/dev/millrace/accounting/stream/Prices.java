package dev.millrace.accounting.stream;

import dev.millrace.configuration.prices.PriceList;

/// Knows the prices. They may change between two questions.
public interface Prices {

    /// The prices in force. May wait, for a bounded time, until a configuration is known.
    ///
    /// @param configVersion the configuration that the worker of an attempt had applied: its prices
    ///   are those, or newer
    PriceList atLeast(long configVersion);

    /// The prices in force now: the same list for as long as nothing changes.
    PriceList inForce();
}
