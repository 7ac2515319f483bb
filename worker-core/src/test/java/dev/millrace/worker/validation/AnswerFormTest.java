package dev.millrace.worker.validation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class AnswerFormTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String NUMBER_N =
            "{'type':'object','properties':{'n':{'type':'integer'}},'required':['n'],"
                    + "'additionalProperties':false}";

    private final AnswerForms forms = new AnswerForms();

    @Test
    void an_answer_by_the_schema_is_left_alone() {
        assertThat(problems(NUMBER_N, "{'n':1}")).isEmpty();
        assertThat(problems(NUMBER_N, " {'n':1}\\n")).isEmpty();
    }

    @Test
    void every_deviation_is_named_with_its_place() {
        assertThat(
                        problems(
                                "{'properties':{'a/b':{'items':{'type':'integer'}}},'required':['c']}",
                                "{'a/b':[1,'x']}"))
                .anySatisfy(one -> assertThat(one).startsWith("at /a~1b/1: ").contains("integer"))
                .anySatisfy(one -> assertThat(one).startsWith("at the top: ").contains("c"));
    }

    @Test
    void at_most_ten_problems_of_bounded_length_are_told() {
        String longName = "x".repeat(5_000);
        String answer = "{" + ("'" + longName + "%d':1,").repeat(30).replaceAll(",$", "") + "}";
        Object[] numbers = IntStream.range(0, 30).boxed().toArray();

        Mismatch mismatch =
                check(NUMBER_N, "stop", answer.formatted(numbers).replace('\'', '"')).orElseThrow();

        assertThat(mismatch.problems()).hasSize(Mismatch.MOST_PROBLEMS);
        assertThat(mismatch.wish().getLast().content()).hasSizeLessThan(4_000);
        assertThat(mismatch.wish().getFirst().content()).isEqualTo(mismatch.content());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | it is empty",
                "I am sorry | it is not JSON",
                "```json {}``` | it is not JSON",
                "{\"n\":1 | it is not JSON",
                "{\"n\":1} {} | more follows",
                "{\"n\":1} I hope this helps | more follows",
            })
    void what_is_not_exactly_one_json_value_does_not_match(String content, String problem) {
        assertThat(check(NUMBER_N, "stop", content).orElseThrow().problems())
                .singleElement()
                .asString()
                .startsWith(problem);
        assertThat(form("{'type':'json_object'}").check(answer("stop", content))).isPresent();
    }

    @Test
    void where_the_model_said_nothing_only_the_wish_is_added() {
        assertThat(check(NUMBER_N, "stop", "").orElseThrow().wish())
                .singleElement()
                .satisfies(said -> assertThat(said.role()).isEqualTo("user"));
    }

    @Test
    void a_json_object_is_an_object_of_any_kind_and_is_not_strict() {
        AnswerForm form = form("{'type':'json_object'}");

        assertThat(form.strict()).isFalse();
        assertThat(form.check(answer("stop", "{\"a\":[]}"))).isEmpty();
        assertThat(form.check(answer("stop", "[{}]")).orElseThrow().problems())
                .containsExactly("it is not a JSON object");
    }

    @Test
    void references_within_the_schema_are_followed() {
        String schema =
                "{'$defs':{'node':{'type':'object','properties':{'value':{'$ref':'#/$defs/value'},"
                        + "'next':{'anyOf':[{'$ref':'#/$defs/node'},{'type':'null'}]}},"
                        + "'required':['value','next']},'value':{'type':'integer'}},"
                        + "'$ref':'#/$defs/node'}";

        assertThat(problems(schema, "{'value':1,'next':{'value':2,'next':null}}")).isEmpty();
        assertThat(problems(schema, "{'value':1,'next':{'value':'2','next':null}}")).isNotEmpty();
        assertThat(
                        problems(
                                "{'definitions':{'a':{'type':'string'}},'items':{'$ref':'#/definitions/a'}}",
                                "[1]"))
                .hasSize(1);
        assertThat(
                        problems(
                                "{'$schema':'http://json-schema.org/draft-07/schema#',"
                                        + "'items':[{'type':'string'}]}",
                                "[1]"))
                .hasSize(1);
    }

    @Test
    void a_reference_to_another_document_is_never_fetched(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("s.json"), "{\"type\":\"string\"}");
        AtomicInteger requests = new AtomicInteger();
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    requests.incrementAndGet();
                    byte[] schema = "{\"type\":\"string\"}".getBytes(UTF_8);
                    exchange.sendResponseHeaders(200, schema.length);
                    exchange.getResponseBody().write(schema);
                    exchange.close();
                });
        server.start();
        try {
            String there = "http://127.0.0.1:" + server.getAddress().getPort() + "/s.json";
            for (String schema :
                    List.of(
                            "{'$ref':'%s'}".formatted(there),
                            "{'properties':{'a':{'$ref':'%s#/$defs/b'}}}".formatted(there),
                            "{'$id':'%s','items':{'$ref':'other.json'}}".formatted(there),
                            "{'$schema':'%s'}".formatted(there),
                            "{'$dynamicRef':'%s'}".formatted(there),
                            "{'$ref':'%s'}".formatted(file.toUri()),
                            "{'$ref':'classpath:draft/2020-12/schema'}")) {
                assertThat(problems(schema, "{'a':1}")).as(schema).isEmpty();
                assertThat(problems(schema, "{'a':1")).as(schema).hasSize(1);
            }
            assertThat(requests).hasValue(0);
        } finally {
            server.stop(0);
        }
    }

    @Test
    @Timeout(20)
    void a_pattern_that_takes_for_ever_elsewhere_is_matched_at_once() {
        String content = "\"" + "a".repeat(5_000) + "!\"";

        assertThat(check("{'pattern':'^(a+)+$'}", "stop", content)).isPresent();
        assertThat(check("{'pattern':'^(a|aa)+!$'}", "stop", content)).isEmpty();
    }

    @Test
    @Timeout(20)
    void patterns_that_are_large_written_out_or_too_much_work_are_not_checked() {
        assertThat(problems("{'pattern':'(((x{1000}){1000}){1000})'}", "'y'")).isEmpty();
        String many =
                IntStream.range(0, 2_000)
                        .mapToObj("{'pattern':'(x{900}){%d}'}"::formatted)
                        .collect(Collectors.joining(",", "{'allOf':[", "]}"));
        assertThat(problems(many, "'y'")).isEmpty();
        String work = "{'items':{'pattern':'^([ab]{200}){20}c$'}}";
        assertThat(problems(work, "['b']")).hasSize(1);
        assertThat(check(work, "stop", "[\"" + "ab".repeat(200_000) + "\"]")).isEmpty();
    }

    @Test
    void a_pattern_that_re2_does_not_have_is_not_checked() {
        assertThat(problems("{'type':'string','pattern':'^(?=x)y$'}", "'z'")).isEmpty();
        assertThat(problems("{'type':'string','pattern':'^(?=x)y$'}", "7")).hasSize(1);
        assertThat(problems("{'not':{'pattern':'(?=x)y'}}", "'z'")).isEmpty();
        assertThat(problems("{'patternProperties':{'(?=x)y':{'type':'null'}}}", "{'z':1}"))
                .isEmpty();
        assertThat(problems("{'patternProperties':{'^z':{'type':'null'}}}", "{'z':1}")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'no-such-type'}",
                "{'properties':7}",
                "{'anyOf':{}}",
                "{'$ref':'#/$defs/missing'}",
                "{'$ref':'#'}",
                "{'allOf':[{'$ref':'#/allOf/0'}]}",
                "{'$defs':{'a':{'$ref':'#/$defs/b'},'b':{'$ref':'#/$defs/a'}},'$ref':'#/$defs/a'}",
                "{'pattern':'('}",
                "{'maxLength':1e999999999}",
                "{'multipleOf':1e-999999999}",
                "'schema'",
                "7",
            })
    @Timeout(20)
    void a_schema_that_makes_no_sense_is_not_checked(String schema) {
        assertThat(problems(schema, "{'a':1}")).isEmpty();
        assertThat(problems(schema, "{'a':1")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "[1,2,3]|true",
                "[1,1.0]|false",
                "[1,'1']|true",
                "[{'a':1,'b':2},{'b':2,'a':1}]|false",
                "[{'a':{'b':1}},{'a':'b',':1':1}]|true",
                "[[1,2],[12]]|true",
                "[null,false,[],{}]|true",
                "['a','b','a']|false"
            })
    void items_are_unique_if_no_two_are_the_same_value(String content, boolean unique) {
        assertThat(problems("{'uniqueItems':true}", content).isEmpty()).isEqualTo(unique);
        assertThat(problems("{'uniqueItems':false}", content)).isEmpty();
    }

    @Test
    @Timeout(30)
    void bombs_do_no_harm() {
        assertThat(problems("{'type':'array'}", "[".repeat(100_000) + "]".repeat(100_000)))
                .isEmpty();
        assertThat(problems("{'type':'object'}", "9".repeat(100_000))).isEmpty();
        assertThat(problems("{'multipleOf':7}", "1e999999999")).isEmpty();
        assertThat(problems("{'items':{'type':'string'}}", "[" + "1,".repeat(200_000) + "1]"))
                .isNotEmpty();
        String doubling =
                "{'$defs':{'d0':{'type':'string'}"
                        + IntStream.range(1, 40)
                                .mapToObj(i ->
                                        ",'d%d':{'allOf':[{'$ref':'#/$defs/d%d'},{'$ref':'#/$defs/d%d'}]}"
                                                .formatted(i, i - 1, i - 1))
                                .collect(Collectors.joining())
                        + "},'$ref':'#/$defs/d39'}";
        assertThat(problems(doubling, "'x'")).isEmpty();
        String enums = "{'allOf':[" + "{'enum':[1]},".repeat(8_000).replaceAll(",$", "") + "]}";
        assertThat(problems(enums, "[" + "1,".repeat(300_000) + "1]")).isEmpty();
        String alike =
                IntStream.range(0, 1 << 14)
                        .mapToObj(i -> "'" + withOneHashCode(i, 14) + "'")
                        .collect(Collectors.joining(",", "[", "]"));
        assertThat(problems("{'uniqueItems':true}", alike)).isEmpty();
        String deep = "{'items':".repeat(450) + "{}" + "}".repeat(450);
        assertThat(problems(deep, "[".repeat(450) + "]".repeat(450))).isEmpty();
    }

    /// "Aa" and "BB" have one hash code, and so has whatever is made of them.
    private static String withOneHashCode(int number, int digits) {
        return IntStream.range(0, digits)
                .mapToObj(digit -> (number >> digit & 1) == 0 ? "Aa" : "BB")
                .collect(Collectors.joining());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'finish_reason':'length','message':{'content':'{'}}",
                "{'finish_reason':'content_filter','message':{'content':''}}",
                "{'finish_reason':'tool_calls','message':{'content':null,'tool_calls':[{'id':'1'}]}}",
                "{'finish_reason':'stop','message':{'content':'Let me see','tool_calls':[{'id':'1'}]}}",
                "{'finish_reason':'stop','message':{'content':null,'function_call':{'name':'f'}}}",
                "{'finish_reason':'stop','message':{'content':null,'refusal':'I will not'}}",
                "{'finish_reason':'stop'}",
                "{'finish_reason':null,'message':{'content':'{'}}",
            })
    void what_is_cut_off_refused_or_a_tool_call_is_left_alone(String choice) {
        assertThat(form("{'type':'json_object'}").check(bytes("{'choices':[" + choice + "]}")))
                .isEmpty();
    }

    @Test
    void empty_lists_of_tool_calls_and_empty_refusals_change_nothing() {
        String choice =
                "{'finish_reason':'stop','message':{'content':'x','tool_calls':[],'refusal':null}}";

        assertThat(form("{'type':'json_object'}").check(bytes("{'choices':[" + choice + "]}")))
                .isPresent();
    }

    @Test
    void every_choice_has_to_match() {
        String two =
                "{'choices':[{'finish_reason':'stop','message':{'content':'{}'}},"
                        + "{'finish_reason':'stop','message':{'content':'second'}}]}";

        Mismatch mismatch = form("{'type':'json_object'}").check(bytes(two)).orElseThrow();

        assertThat(mismatch.content()).isEqualTo("second");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'messages':[]}",
                "{'messages':[],'response_format':null}",
                "{'messages':[],'response_format':{'type':'text'}}",
                "{'messages':[],'response_format':{'type':'grammar'}}",
                "{'messages':[{'role':'user','content':'response_format'}]}",
                "{'messages':[],'metadata':{'response_format':{'type':'json_object'}}}",
                "{'response_format':{'type':'json_object'}",
                "['response_format']",
            })
    void a_request_that_asks_for_no_form_has_none(String body) {
        assertThat(forms.of(bytes(body))).isEmpty();
    }

    @Test
    void whether_it_is_strict_stands_in_the_request() {
        assertThat(form(described("{}", ",'strict':true")).strict()).isTrue();
        assertThat(form(described("{}", ",'strict':false")).strict()).isFalse();
        assertThat(form(described("{}", "")).strict()).isFalse();
    }

    @Test
    void the_same_form_is_compiled_once_and_a_longer_one_not_at_all() {
        String format = described(NUMBER_N, "");

        AnswerForm first = form(format);
        assertThat(form(format)).isSameAs(first);
        for (int i = 0; i < 100; i++) {
            form(described("{'const':" + i + "}", ""));
        }
        assertThat(form(format)).isNotSameAs(first);
        String endless = "{'const':'" + "x".repeat(AnswerForms.LONGEST) + "'}";
        assertThat(forms.of(request(described(endless, "")))).isEmpty();
    }

    private List<String> problems(String schema, String content) {
        return check(schema, "stop", content.replace('\'', '"').replace("\\n", "\n"))
                .map(Mismatch::problems)
                .orElse(List.of());
    }

    private Optional<Mismatch> check(String schema, String finish, String content) {
        return form(described(schema, "")).check(answer(finish, content));
    }

    private AnswerForm form(String format) {
        return forms.of(request(format)).orElseThrow();
    }

    private static byte[] request(String format) {
        return bytes("{'model':'m','response_format':" + format + ",'messages':[]}");
    }

    private static String described(String schema, String more) {
        return "{'type':'json_schema','json_schema':{'name':'n'"
                + more
                + ",'schema':"
                + schema
                + "}}";
    }

    private static byte[] answer(String finish, String content) {
        ObjectNode answer = JSON.createObjectNode();
        ObjectNode choice = answer.putArray("choices").addObject();
        choice.put("finish_reason", finish).putObject("message").put("content", content);
        return JSON.writeValueAsBytes(answer);
    }

    private static byte[] bytes(String json) {
        return json.replace('\'', '"').getBytes(UTF_8);
    }
}
