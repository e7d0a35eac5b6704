import { createHash } from "node:crypto";
import { once } from "node:events";
import { createConnection, createServer, type Socket } from "node:net";

interface OwnedLock {
  release(): Promise<void>;
}

/**
 * A lock between processes: an abstract Unix socket (Linux). The kernel frees it however its owner ends, so there is no
 * lock file to become stale.
 */
const lockAddress = (directory: string): string =>
  `\0phone-proxy-lab-${createHash("sha256").update(directory).digest("hex").slice(0, 32)}`;

const tryToOwn = async (address: string): Promise<OwnedLock | null> => {
  // Waiting processes keep a connection open: its end tells them that the lock is free.
  const waiting = new Set<Socket>();
  const server = createServer((socket) => {
    socket.unref();
    waiting.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => waiting.delete(socket));
    socket.resume();
  });
  server.listen(address);
  try {
    await once(server, "listening");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return null;
    throw error;
  }
  // Only the work keeps the process alive, not the lock or the connections of waiting processes. A process without work
  // ends, which frees the lock.
  server.unref();
  return {
    release: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of waiting) socket.destroy();
      await closed;
    },
  };
};

const ownerGone = async (address: string): Promise<void> => {
  const connection = createConnection({ path: address });
  connection.on("error", () => connection.destroy());
  connection.resume();
  await new Promise<void>((resolve) => {
    connection.once("close", () => resolve());
  });
};

/**
 * Runs `work` while no other process on this machine runs work for the same lab folder.
 * `onWait` is called once if another process has the lock.
 */
export const withLabLock = async <T>(
  directory: string,
  work: () => Promise<T>,
  onWait?: () => void,
): Promise<T> => {
  const address = lockAddress(directory);
  let lock = await tryToOwn(address);
  if (lock === null) onWait?.();
  while (lock === null) {
    await ownerGone(address);
    lock = await tryToOwn(address);
  }
  try {
    return await work();
  } finally {
    await lock.release();
  }
};
