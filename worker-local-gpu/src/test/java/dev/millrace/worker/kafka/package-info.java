/// Tests of pools before self-hosted servers, with what the tests of the pool itself run on.
@NullMarked
package dev.millrace.worker.kafka;

import org.jspecify.annotations.NullMarked;
