/// What a provider is to a pool: one blocking call that ends in one [Outcome], and a cheap question
/// after its health. Pools know nothing else of a provider, and providers nothing of the log.
@NullMarked
package dev.millrace.worker.provider;

import org.jspecify.annotations.NullMarked;
