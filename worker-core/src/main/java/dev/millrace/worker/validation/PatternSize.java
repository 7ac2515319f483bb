package dev.millrace.worker.validation;

import java.util.ArrayDeque;
import java.util.Deque;

/// How large a pattern becomes when it is compiled. RE2 writes repetitions out:
/// `((x{100}){100}){100}` is a million instructions.
final class PatternSize {

    /// The most instructions, of one pattern and of a schema's patterns together: a megabyte.
    static final long LARGEST = 20_000;

    /// A table of Unicode takes as much memory as so many instructions.
    private static final long TABLE = 100;

    /// What is not worked out, because it is spelt as JSON schema's patterns are not.
    private static final long UNKNOWN = Long.MAX_VALUE;

    private final String pattern;
    private final Deque<Long> outer = new ArrayDeque<>();
    private long sum;
    private long last;
    private int at;

    private PatternSize(String pattern) {
        this.pattern = pattern;
    }

    /// At least about half the number of instructions.
    static long of(String pattern) {
        boolean unknown =
                pattern.length() > LARGEST || pattern.contains("\\Q") || pattern.contains("[:");
        return unknown ? UNKNOWN : new PatternSize(pattern).read();
    }

    private long read() {
        while (at < pattern.length() && sum <= LARGEST) {
            char next = pattern.charAt(at);
            switch (next) {
                case '\\' -> {
                    escape();
                    add(1);
                }
                case '[' -> {
                    skipClass();
                    add(1);
                }
                case '(' -> {
                    at++;
                    outer.push(sum);
                    sum = 0;
                    last = 0;
                }
                case ')' -> {
                    if (outer.isEmpty()) {
                        return UNKNOWN;
                    }
                    at++;
                    long inside = sum + 2;
                    sum = outer.pop();
                    add(inside);
                }
                case '{' -> repeat();
                default -> {
                    at++;
                    add(1);
                }
            }
        }
        return outer.isEmpty() ? sum : UNKNOWN;
    }

    private void add(long atom) {
        last = atom;
        sum += atom;
    }

    /// Goes behind a class such as `[^]a-z\]]`.
    private void skipClass() {
        at++;
        if (at < pattern.length() && pattern.charAt(at) == '^') {
            at++;
        }
        if (at < pattern.length() && pattern.charAt(at) == ']') {
            at++;
        }
        while (at < pattern.length() && pattern.charAt(at) != ']') {
            if (pattern.charAt(at) == '\\') {
                escape();
            } else {
                at++;
            }
        }
        at++;
    }

    /// Goes behind a backslash and what it stands before. A class of Unicode (`\p{L}`) is a long
    /// table, which repetitions share.
    private void escape() {
        boolean table = pattern.startsWith("\\p", at) || pattern.startsWith("\\P", at);
        sum += table ? TABLE : 0;
        at += 2;
    }

    /// A repetition such as `{3}`, `{3,}` or `{3,9}` takes what stands before it as often as its
    /// largest number says. Braces that hold anything else are themselves.
    private void repeat() {
        at++;
        long most = 0;
        long number = 0;
        while (at < pattern.length()
                && (pattern.charAt(at) == ',' || Character.isDigit(pattern.charAt(at)))) {
            char digit = pattern.charAt(at);
            number = digit == ',' ? 0 : Math.min(number * 10 + (digit - '0'), LARGEST);
            most = Math.max(most, number);
            at++;
        }
        long more = last * Math.max(0, most);
        last += more;
        sum += more + 1;
    }
}
