/// What the ingress counts, in the words of Prometheus.
@NullMarked
package dev.millrace.ingress.metrics;

import org.jspecify.annotations.NullMarked;
