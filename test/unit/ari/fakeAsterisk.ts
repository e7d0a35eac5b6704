import http from "node:http";
import { Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import type { WebSocket } from "ws";
import type { AriAddress } from "../../../src/ari/types.ts";

/** A request as it arrived, by whatever way. */
interface Arrival {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** The application of the WebSocket that brought it, or `http`. */
  readonly via: string;
  /** Number of the TCP connection that brought it. */
  readonly connection: number;
  readonly answer: (status: number, body?: unknown) => void;
}

export interface FakeAsterisk {
  readonly url: string;
  readonly arrivals: readonly Arrival[];
  /** Applications in the order in which their sockets were opened, closed ones included. */
  readonly opened: readonly string[];
  readonly open: ReadonlyMap<string, WebSocket>;
  version: string;
  password: string;
  /** Given every request but those of connecting; true: answered, or to be answered later, by the test. */
  handle: (arrival: Arrival) => boolean;
  /** What becomes of the text of an answer by HTTP. */
  mangle: (text: string) => string;
  /** Takes the filter of the main application, in place of a success at once. */
  onFilter: (arrival: Arrival) => void;
  /** Told when a WebSocket has been granted, before the client can know. */
  onOpened: () => void;
  /** Requests for a WebSocket are read and never answered. */
  ignoreUpgrades: boolean;
  /** Requests for a WebSocket so far. */
  upgrades: number;
  address(changes?: Partial<AriAddress>): AriAddress;
  arrived(method: string, path: string): Arrival[];
  /** To the event socket. */
  send(message: unknown): void;
  /** Keeps every connection open and reads no more of it, as a host does whose cable was pulled. */
  fallSilent(): void;
  dropAll(): void;
  /** That TCP connection is reset by the next request that comes over it, unread. */
  resetOnNext(connection: number): void;
  stop(): Promise<void>;
}

export const application = "masking";

/** The protocol of Asterisk's REST interface without anything behind it. */
export async function startFakeAsterisk(port = 0): Promise<FakeAsterisk> {
  const arrivals: Arrival[] = [];
  const opened: string[] = [];
  const open = new Map<string, WebSocket>();
  const connections = new Map<object, number>();
  const numberOf = (socket: object): number => {
    const known = connections.get(socket) ?? connections.size + 1;
    connections.set(socket, known);
    return known;
  };

  const receive = (arrival: Arrival): void => {
    arrivals.push(arrival);
    if (arrival.path === "/asterisk/info") {
      arrival.answer(200, { system: { version: fake.version }, config: { name: "fake" } });
    } else if (arrival.path === "/asterisk/ping") arrival.answer(200, { ping: "pong" });
    else if (arrival.path === `/applications/${application}/eventFilter`) fake.onFilter(arrival);
    else if (arrival.path.endsWith("/eventFilter")) arrival.answer(200, {});
    else if (!fake.handle(arrival)) arrival.answer(204);
  };

  const allowed = (header: string | undefined): boolean =>
    header === `Basic ${Buffer.from(`controller:${fake.password}`).toString("base64")}`;

  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      if (!allowed(request.headers.authorization)) {
        response.writeHead(401).end(JSON.stringify({ message: "Authentication required" }));
        return;
      }
      const url = new URL(request.url ?? "/", "http://fake");
      const text = Buffer.concat(chunks).toString();
      receive({
        method: request.method ?? "",
        path: url.pathname.replace(/^\/ari/, ""),
        query: Object.fromEntries(url.searchParams),
        body: text === "" ? undefined : JSON.parse(text),
        via: "http",
        connection: numberOf(request.socket),
        answer: (status, body) => {
          response.writeHead(status, { "content-type": "application/json" });
          response.end(body === undefined ? "" : fake.mangle(JSON.stringify(body)));
        },
      });
    });
  });

  const webSockets = new WebSocketServer({ noServer: true });
  const accept = (webSocket: WebSocket, via: string): void => {
    opened.push(via);
    open.set(via, webSocket);
    fake.onOpened();
    webSocket.on("close", () => {
      if (open.get(via) === webSocket) open.delete(via);
    });
    webSocket.on("message", (data) => {
      const text = Buffer.isBuffer(data) ? data.toString() : "";
      const frame: Readonly<Record<"request_id" | "method" | "uri", string>> & {
        readonly message_body?: string;
      } = JSON.parse(text);
      const url = new URL(`/${frame.uri}`, "http://fake");
      receive({
        method: frame.method,
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        body: frame.message_body === undefined ? undefined : JSON.parse(frame.message_body),
        via,
        connection: numberOf(webSocket),
        answer: (status, body) => {
          const message_body = body === undefined ? undefined : JSON.stringify(body);
          const { request_id } = frame;
          webSocket.send(
            JSON.stringify({ type: "RESTResponse", request_id, status_code: status, message_body }),
          );
        },
      });
    });
  };
  server.on("upgrade", (request, socket, head) => {
    const via = new URL(request.url ?? "/", "http://fake").searchParams.get("app") ?? "";
    fake.upgrades += 1;
    if (fake.ignoreUpgrades) {
      socket.resume().on("end", () => socket.destroy());
      return;
    }
    if (!allowed(request.headers.authorization)) socket.end("HTTP/1.1 401 Unauthorized\r\n\r\n");
    else webSockets.handleUpgrade(request, socket, head, (webSocket) => accept(webSocket, via));
  });

  await new Promise<void>((resolve) => {
    server.listen(port, "127.0.0.1", resolve);
  });
  const { port: bound } = server.address() as AddressInfo;

  const fake: FakeAsterisk = {
    url: `http://127.0.0.1:${bound}`,
    arrivals,
    opened,
    open,
    version: "22.10.1",
    password: "secret",
    handle: () => false,
    mangle: (text) => text,
    onFilter: (arrival) => arrival.answer(200, {}),
    onOpened: () => undefined,
    ignoreUpgrades: false,
    upgrades: 0,
    address: (changes = {}) => ({
      name: "asterisk-1",
      url: fake.url,
      username: "controller",
      password: "secret",
      application,
      ...changes,
    }),
    arrived: (method, path) =>
      arrivals.filter((arrival) => arrival.method === method && arrival.path === path),
    send: (message) =>
      open.get(application)?.send(typeof message === "string" ? message : JSON.stringify(message)),
    fallSilent: () => {
      for (const webSocket of open.values()) webSocket.pause();
    },
    dropAll: () => {
      for (const webSocket of open.values()) webSocket.terminate();
      server.closeAllConnections();
    },
    resetOnNext: (connection) => {
      for (const [socket, number] of connections) {
        if (number === connection && socket instanceof Socket) {
          socket.removeAllListeners("data");
          socket.once("data", () => socket.resetAndDestroy());
        }
      }
    },
    stop: async () => {
      fake.dropAll();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
  return fake;
}
