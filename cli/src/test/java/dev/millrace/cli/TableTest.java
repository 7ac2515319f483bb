package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.cli.Table.Column;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {

    private final Table table =
            new Table(List.of(Column.left("NAME"), Column.right("N"), Column.left("NOTE")));

    @Test
    void columns_are_as_wide_as_their_widest_cell_in_any_script() {
        table.row(List.of("水車", "7", "wide"));
        table.row(List.of("a\u0301bcdef", "12345", ""));

        assertThat(printed())
                .isEqualTo(
                        "NAME        N  NOTE\n" + "水車        7  wide\n" + "a\u0301bcdef  12345\n");
    }

    @Test
    void a_cell_cannot_break_its_line_or_the_terminal() {
        table.row(List.of("a\nb", "1", "\u001b[31mred"));

        assertThat(printed()).endsWith("a b   1  [31mred\n");
    }

    @Test
    void a_row_of_another_length_is_refused() {
        assertThatThrownBy(() -> table.row(List.of("one")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private String printed() {
        StringWriter out = new StringWriter();
        table.print(new PrintWriter(out), new Style(false));
        return out.toString();
    }
}
