/// The catalogue of released schemas under the REST paths of Confluent's schema registry, for
/// reading.
@NullMarked
package dev.millrace.ingress.registry;

import org.jspecify.annotations.NullMarked;
