package dev.millrace.standalone;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;

/// Looks whether ports can be had, before anything is started that would have to be stopped again.
final class Ports {

    static final int LAST = 65_535;

    private Ports() {}

    /// @throws StartFailure if there is no such port, something listens there already, or the
    ///   address is not this machine's
    static void requireFree(String host, int port, String what, String option) {
        if (port == 0) {
            return;
        }
        if (port < 0 || port > LAST) {
            throw new StartFailure(
                    option + " must be from 0 to " + LAST + ", and " + port + " is not");
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
        } catch (UnknownHostException e) {
            throw new StartFailure("there is no host '" + host + "'", e);
        } catch (IOException e) {
            throw new StartFailure(
                    "port " + port + " for " + what + " is taken; choose another with " + option,
                    e);
        }
    }
}
