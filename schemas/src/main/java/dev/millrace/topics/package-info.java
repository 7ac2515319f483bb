/// The one catalogue of topics: name, key, value, partitions and retention of each, the means to
/// create them, and a reader that follows one of them from its start. Nothing else in Millrace
/// spells a topic's name.
@NullMarked
package dev.millrace.topics;

import org.jspecify.annotations.NullMarked;
