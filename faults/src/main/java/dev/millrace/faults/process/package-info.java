/// The brokers and services as processes of their own, which can be killed, stopped and started
/// again.
@NullMarked
package dev.millrace.faults.process;

import org.jspecify.annotations.NullMarked;
