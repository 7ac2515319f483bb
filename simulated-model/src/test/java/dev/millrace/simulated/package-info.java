/// What the simulated model server does, seen through the JDK's HTTP client.
@NullMarked
package dev.millrace.simulated;

import org.jspecify.annotations.NullMarked;
