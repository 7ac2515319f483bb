/// OpenAI's dialect: requests that travel byte for byte but for the model's name, answers and
/// streams whose usage is read and whose cost is written in, errors sorted into outcomes. It stands
/// here once, for every provider that speaks it. Jackson's streaming parser finds the places;
/// nothing is serialized again.
@NullMarked
package dev.millrace.worker.dialect;

import org.jspecify.annotations.NullMarked;
