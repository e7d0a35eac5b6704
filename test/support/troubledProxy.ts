import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { Socket } from "node:net";

/** A TCP proxy on loopback for a real server, to make the server unavailable for one client only. */
export interface TroubledProxy {
  readonly host: string;
  readonly port: number;
  /** The server is down: connections break, and new ones are closed at once. */
  cut(): void;
  /** The server hangs: connections stay open and new ones are accepted, but no data passes. */
  freeze(): void;
  heal(): void;
  close(): Promise<void>;
}

export async function startTroubledProxy(target: { host: string; port: number }): Promise<TroubledProxy> {
  let mode: "healthy" | "cut" | "frozen" = "healthy";
  const sockets = new Set<Socket>();

  function keep(socket: Socket): void {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    if (mode === "frozen") socket.pause();
  }

  const server = createServer((client) => {
    keep(client);
    if (mode === "cut") {
      client.destroy();
      return;
    }
    const upstream = connect(target);
    keep(upstream);
    client.on("data", (chunk) => upstream.write(chunk));
    upstream.on("data", (chunk) => client.write(chunk));
    client.on("close", () => upstream.destroy());
    upstream.on("close", () => client.destroy());
    if (mode === "frozen") for (const socket of [client, upstream]) socket.pause();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The proxy has no port.");

  return {
    host: "127.0.0.1",
    port: address.port,
    cut() {
      mode = "cut";
      for (const socket of sockets) socket.destroy();
    },
    freeze() {
      mode = "frozen";
      for (const socket of sockets) socket.pause();
    },
    heal() {
      mode = "healthy";
      for (const socket of sockets) socket.resume();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
