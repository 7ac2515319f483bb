package dev.millrace.faults.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;

/// Ports of loopback that nobody listens on, below the range from which outgoing connections take
/// theirs: a process that is started again finds its port free. Thread-safe.
final class Ports {

    private static final int FIRST = 20_000;
    private static final int LAST = 31_999;

    private static final Set<Integer> GIVEN = new HashSet<>();

    private Ports() {}

    static synchronized int free() throws IOException {
        int start = FIRST + (int) (ProcessHandle.current().pid() * 37 % (LAST - FIRST));
        for (int i = 0; i <= LAST - FIRST; i++) {
            int port = FIRST + (start - FIRST + i) % (LAST - FIRST + 1);
            if (!GIVEN.contains(port) && isFree(port)) {
                GIVEN.add(port);
                return port;
            }
        }
        throw new IOException("no free port between " + FIRST + " and " + LAST);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort() == port;
        } catch (IOException taken) {
            return false;
        }
    }
}
