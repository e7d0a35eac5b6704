import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Below the ports that the system gives to outgoing connections, which could take one before it is used, and above those
 * of the servers of `npm test`.
 */
const [first, last] = [17_000, 29_999] as const;

/** A port on loopback that is currently free, for TCP and UDP. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(first, last + 1);
    if (await isFree(port)) return port;
  }
}

/** Whether nothing listens at this port of loopback. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen({ host: "127.0.0.1", port });
  const socket = createSocket("udp4");
  try {
    await once(server, "listening");
    socket.bind(port, "127.0.0.1");
    await once(socket, "listening");
    return true;
  } catch {
    return false;
  } finally {
    server.close();
    socket.close();
  }
}
