/// Prices and the one way that tokens become money. Knows only the JDK.
@NullMarked
package dev.millrace.configuration.prices;

import org.jspecify.annotations.NullMarked;
