/// The configuration as the services see it: providers, models and their targets, tenants and their
/// keys, defaults. Plain values; every one of them is valid once it exists. Knows only the JDK.
@NullMarked
package dev.millrace.configuration;

import org.jspecify.annotations.NullMarked;
