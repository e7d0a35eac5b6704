import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { WebSocket } from "ws";
import { apiDocs } from "./apiDocs.ts";
import type { Requests } from "./requests.ts";
import type { Reply, Router } from "./router.ts";
import { failed } from "./router.ts";
import type { Outlet, Session } from "./session.ts";
import { SocketOutlet } from "./socketOutlet.ts";

/** Limits of Asterisk's own servers (http.c, res_http_websocket.c). */
const longestBodyBytes = 40_960;
const longestFrameBytes = 65_535;

/** Without this option, which is missing in its types, the library would close the connection on 60 pings at once. */
const answersEveryPing = { maxPendingAutoPongs: 0 };

interface ServerParts {
  readonly router: Router;
  readonly requests: Requests;
  readonly username: string;
  readonly password: string;
  /** `sessionlimit` of http.conf. */
  readonly sessionLimit: number;
  /** `websocket_write_timeout` of ari.conf: a client that blocks for longer is disconnected. */
  readonly writeTimeoutMs: number;
  readonly openSession: (outlet: Outlet, names: readonly string[], subscribeAll: boolean) => Session;
  /** The clock of its machine, for the `Date` header. */
  readonly nowMs: () => number;
}

/** ARI on a real port: HTTP, its API description, and WebSockets. */
export class AriServer {
  readonly #parts: ServerParts;
  readonly #server: Server;
  readonly #webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: longestFrameBytes,
    perMessageDeflate: false,
    ...answersEveryPing,
    handleProtocols: (protocols) => (protocols.has("ari") ? "ari" : false),
  });
  readonly #sockets = new Set<Socket>();
  /** Nothing is listening: Asterisk is down. */
  #down = false;

  constructor(parts: ServerParts) {
    this.#parts = parts;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
    this.#server.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
    this.#server.on("connection", (socket) => {
      if (this.#down || this.#sockets.size >= parts.sessionLimit) {
        socket.destroy();
        return;
      }
      socket.setNoDelay(true);
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
  }

  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, "127.0.0.1", () => {
        this.#server.off("error", reject);
        resolve((this.#server.address() as AddressInfo).port);
      });
    });
  }

  /** All connections break, and new ones are refused until `down` is false again. */
  goDown(down: boolean): void {
    this.#down = down;
    if (down) for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://asterisk");
    const send = (reply: Reply, malformed = false): void => {
      response.setHeader("Date", new Date(this.#parts.nowMs()).toUTCString());
      writeReply(response, reply, malformed);
    };
    const body = await readBody(request);
    if (body === null) return send(failed(413, "Request Entity Too Large", "Request body too large"));
    if (!url.pathname.startsWith("/ari/"))
      return send(failed(404, "Not Found", "The requested URL was not found"));
    if (!this.#knows(request, url)) {
      response.setHeader("WWW-Authenticate", 'Basic realm="Asterisk REST Interface"');
      return send(failed(401, "Unauthorized", "Authentication required"));
    }
    const path = url.pathname.slice("/ari".length);
    if (path.startsWith("/api-docs/")) {
      const document = apiDocs(
        this.#parts.router.routes,
        path.slice("/api-docs/".length),
        request.headers.host ?? "",
      );
      return send(
        document === null
          ? failed(404, "Not Found", "Resource not found")
          : { status: 200, reason: "OK", body: document },
      );
    }
    const query = new Map(url.searchParams);
    let parsed: unknown;
    const type = request.headers["content-type"] ?? "";
    if (type.startsWith("application/x-www-form-urlencoded"))
      for (const [name, value] of new URLSearchParams(body)) query.set(name, value);
    else if (body !== "") {
      try {
        parsed = JSON.parse(body);
      } catch {
        return send(failed(400, "Bad Request", "Failed to parse request body"));
      }
    }
    this.#parts.requests.execute(
      { method: request.method ?? "GET", path, query, body: parsed },
      (reply, fault) => {
        if (fault?.do === "drop") return;
        if (fault?.do === "delay" || fault?.do === "hold") setTimeout(() => send(reply), 50);
        else send(reply, fault?.do === "malformed");
      },
      () => undefined,
    );
  }

  #knows(request: IncomingMessage, url: URL): boolean {
    const { username, password } = this.#parts;
    const wanted = `${username}:${password}`;
    if (url.searchParams.get("api_key") === wanted) return true;
    const [scheme, credentials = ""] = (request.headers.authorization ?? "").split(" ");
    return scheme === "Basic" && Buffer.from(credentials, "base64").toString() === wanted;
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = new URL(request.url ?? "/", "http://asterisk");
    const names = (url.searchParams.get("app") ?? "").split(",").filter(Boolean);
    const refuse = (status: number, reason: string): void => {
      socket.end(`HTTP/1.1 ${status} ${reason}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
    };
    if (url.pathname !== "/ari/events") return refuse(404, "Not Found");
    if (!this.#knows(request, url)) return refuse(401, "Unauthorized");
    if (names.length === 0) return refuse(400, "Bad Request");
    const subscribeAll = /^(?:true|yes|1|on)$/iu.test(url.searchParams.get("subscribeAll") ?? "");
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) =>
      this.#serve(webSocket, request.socket, names, subscribeAll),
    );
  }

  #serve(webSocket: WebSocket, socket: Socket, names: readonly string[], subscribeAll: boolean): void {
    const outlet = new SocketOutlet(webSocket, socket, this.#parts.writeTimeoutMs);
    const session = this.#parts.openSession(outlet, names, subscribeAll);
    webSocket.on("message", (data, isBinary) => {
      if (!isBinary && Buffer.isBuffer(data)) session.receive(data.toString("utf8"));
    });
    webSocket.on("error", () => webSocket.terminate());
    webSocket.on("close", () => session.close());
  }
}

function writeReply(response: ServerResponse, reply: Reply, malformed: boolean): void {
  const text = reply.body === undefined ? "" : JSON.stringify(reply.body);
  const content = malformed ? text.slice(0, text.length >> 1) : text;
  response.writeHead(reply.status, reply.reason, {
    ...(content !== "" && { "Content-Type": "application/json" }),
    "Content-Length": Buffer.byteLength(content),
    "Cache-Control": "no-cache, no-store",
  });
  response.end(content);
}

/** null if it is longer than Asterisk accepts. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    const chunk = part as Buffer;
    bytes += chunk.length;
    parts.push(chunk);
  }
  return bytes > longestBodyBytes ? null : Buffer.concat(parts).toString("utf8");
}
