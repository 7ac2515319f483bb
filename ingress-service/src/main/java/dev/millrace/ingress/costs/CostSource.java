package dev.millrace.ingress.costs;

import java.util.Collection;
import java.util.Optional;

/// What accounting has summed up.
public interface CostSource {

    /// Every row with buckets of this length over all attempts; empty while they are being read.
    Optional<Collection<CostRow>> totals(Bucket bucket);

    /// The rows by label; empty while they are being read.
    Optional<LabelledCosts> labelled(Bucket bucket);
}
