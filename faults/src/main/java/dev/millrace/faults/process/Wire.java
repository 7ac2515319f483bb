package dev.millrace.faults.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The network between some services and a broker: a port that passes every byte on, until it is
/// cut. Then nothing moves, and nobody is told, as when a cable is pulled. Thread-safe.
public final class Wire implements AutoCloseable {

    private final ServerSocket server;
    private final int target;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition healed = lock.newCondition();
    private boolean cut;

    private Wire(ServerSocket server, int target) {
        this.server = server;
        this.target = target;
    }

    /// @param port to listen on
    /// @param target the broker's port
    static Wire start(int port, int target) throws IOException {
        ServerSocket server = new ServerSocket(port, 256, InetAddress.getLoopbackAddress());
        Wire wire = new Wire(server, target);
        Thread.ofVirtual().name("wire").start(wire::accept);
        return wire;
    }

    /// From now on nothing passes.
    public void cut() {
        lock.lock();
        try {
            cut = true;
        } finally {
            lock.unlock();
        }
    }

    /// What was held up goes on its way.
    public void heal() {
        lock.lock();
        try {
            cut = false;
            healed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        heal();
        server.close();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket near = server.accept();
                Thread.ofVirtual().name("wire").start(() -> connect(near));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void connect(Socket near) {
        try (near;
                Socket far = new Socket()) {
            awaitHealed();
            far.setTcpNoDelay(true);
            near.setTcpNoDelay(true);
            far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
            Thread back = Thread.ofVirtual().name("wire").start(() -> pump(far, near));
            pump(near, far);
            back.join();
        } catch (IOException refused) {
            // The broker is away: so is the connection.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[64 * 1024];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                awaitHealed();
                out.write(buffer, 0, read);
            }
            to.shutdownOutput();
        } catch (IOException broken) {
            close(from);
            close(to);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitHealed() throws InterruptedException {
        lock.lock();
        try {
            while (cut) {
                healed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException _) {
            // It is gone either way.
        }
    }
}
