package dev.millrace.worker.http;

import java.io.ByteArrayOutputStream;
import java.io.Serial;
import java.util.function.Consumer;

/// Reads server-sent events from pieces of a body, wherever they are cut. Follows the HTML
/// standard's grammar (section 9.2.6): lines end with CR, LF or CRLF, a colon starts a comment,
/// several `data` lines make one event, a byte order mark in front is skipped. Works on bytes, so
/// that a character cut in two stays whole.
final class SseParser {

    /// An event that is too large to be one.
    static final class TooLarge extends Exception {
        @Serial private static final long serialVersionUID = 1;

        TooLarge() {
            super("an event of more than " + LARGEST_EVENT + " bytes", null, false, false);
        }
    }

    static final int LARGEST_EVENT = 8 * 1024 * 1024;

    private static final byte[] DATA = {'d', 'a', 't', 'a'};
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    /// The growing line; its bytes can be looked at in place.
    private static final class Line extends ByteArrayOutputStream {
        byte at(int index) {
            return buf[index];
        }

        boolean startsWith(byte[] prefix) {
            if (count < prefix.length) {
                return false;
            }
            for (int i = 0; i < prefix.length; i++) {
                if (buf[i] != prefix[i]) {
                    return false;
                }
            }
            return true;
        }

        void copyTo(ByteArrayOutputStream out, int from) {
            out.write(buf, from, count - from);
        }

        void cutFront(int bytes) {
            System.arraycopy(buf, bytes, buf, 0, count - bytes);
            count -= bytes;
        }
    }

    private final Line line = new Line();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private boolean dataSeen;
    private boolean firstLine = true;
    private boolean lastWasCarriageReturn;

    /// Takes the next piece and hands the data of every event that it completes to `events`.
    ///
    /// @throws TooLarge if an event outgrows [#LARGEST_EVENT]
    void feed(byte[] piece, Consumer<byte[]> events) throws TooLarge {
        int start = 0;
        for (int i = 0; i < piece.length; i++) {
            byte b = piece[i];
            if (b != '\n' && b != '\r') {
                lastWasCarriageReturn = false;
                continue;
            }
            boolean secondHalf = b == '\n' && lastWasCarriageReturn;
            lastWasCarriageReturn = b == '\r';
            if (!secondHalf) {
                append(piece, start, i);
                endOfLine(events);
            }
            start = i + 1;
        }
        append(piece, start, piece.length);
    }

    /// The body is at its end: hands over an event that lacks its empty line.
    void end(Consumer<byte[]> events) {
        if (line.size() > 0) {
            endOfLine(events);
        }
        endOfEvent(events);
    }

    private void append(byte[] piece, int from, int to) throws TooLarge {
        if (line.size() + data.size() + (to - from) > LARGEST_EVENT) {
            throw new TooLarge();
        }
        line.write(piece, from, to - from);
    }

    private void endOfLine(Consumer<byte[]> events) {
        if (firstLine && line.startsWith(BYTE_ORDER_MARK)) {
            line.cutFront(BYTE_ORDER_MARK.length);
        }
        firstLine = false;
        if (line.size() == 0) {
            endOfEvent(events);
        } else if (line.startsWith(DATA)) {
            field();
        }
        line.reset();
    }

    private void field() {
        int value = DATA.length;
        if (line.size() > value) {
            if (line.at(value) != ':') {
                return;
            }
            value++;
            if (line.size() > value && line.at(value) == ' ') {
                value++;
            }
        }
        if (dataSeen) {
            data.write('\n');
        }
        line.copyTo(data, value);
        dataSeen = true;
    }

    private void endOfEvent(Consumer<byte[]> events) {
        if (dataSeen && data.size() > 0) {
            events.accept(data.toByteArray());
        }
        data.reset();
        dataSeen = false;
    }
}
