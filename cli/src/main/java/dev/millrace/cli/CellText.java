package dev.millrace.cli;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The text of a value in a result. Numbers are exact and have no exponent; what is nested is JSON.
final class CellText {

    private CellText() {}

    /// @param none the text for null, which is not 0
    static String of(@Nullable Object value, String none) {
        return switch (value) {
            case null -> none;
            case BigDecimal decimal -> Json.plain(decimal);
            case Double number when Double.isFinite(number) -> Json.plain(decimal(number));
            case Float number when Float.isFinite(number) ->
                    Json.plain(new BigDecimal(number.toString()));
            case List<?> list -> Json.MAPPER.writeValueAsString(json(list));
            case Map<?, ?> map -> Json.MAPPER.writeValueAsString(json(map));
            default -> value.toString();
        };
    }

    /// The value as JSON has it: a decimal is a string, as in the API, so that no reader rounds it.
    static @Nullable Object json(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case BigDecimal decimal -> Json.plain(decimal);
            case Double number when !Double.isFinite(number) -> number.toString();
            case Float number when !Float.isFinite(number) -> number.toString();
            case Number number -> number;
            case Boolean truth -> truth;
            case List<?> list -> {
                ArrayList<@Nullable Object> elements = new ArrayList<>();
                list.forEach(element -> elements.add(json(element)));
                yield elements;
            }
            case Map<?, ?> map -> {
                LinkedHashMap<String, @Nullable Object> members = new LinkedHashMap<>();
                map.forEach((name, member) -> members.put(String.valueOf(name), json(member)));
                yield members;
            }
            default -> value.toString();
        };
    }

    private static BigDecimal decimal(double number) {
        return new BigDecimal(Double.toString(number));
    }
}
