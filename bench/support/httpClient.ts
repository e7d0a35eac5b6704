import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { BenchmarkFailedError } from "../benchmark.ts";

/**
 * A minimal HTTP/1.1 keep-alive client: one request at a time on one socket. A complete client would use more processor
 * time than the measured servers.
 */
export class HttpClient {
  readonly #socket: Socket;
  /** All lines of a request except the first. */
  readonly #head: string;
  #received = "";
  #waiting: ((body: string) => void) | null = null;
  #failed: ((error: Error) => void) | null = null;

  private constructor(socket: Socket, headers: Readonly<Record<string, string>>) {
    this.#socket = socket;
    this.#head = Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join("");
    socket.setEncoding("latin1");
    socket.setNoDelay(true);
    socket.on("data", (text: string) => {
      this.#received += text;
      this.#read();
    });
    const fail = (error: Error): void => this.#failed?.(error);
    socket.on("error", fail);
    socket.on("close", () => fail(new BenchmarkFailedError("The server closed the connection.")));
  }

  static async connect(
    host: string,
    port: number,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<HttpClient> {
    const socket = connect(port, host);
    await once(socket, "connect");
    return new HttpClient(socket, { Host: `${host}:${port}`, ...headers });
  }

  /** Resolves with the body; rejects unless the status is 200. */
  get(path: string): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) throw new BenchmarkFailedError("The connection is closed.");
      this.#waiting = resolve;
      this.#failed = reject;
      this.#socket.write(`GET ${path} HTTP/1.1\r\n${this.#head}\r\n`);
    });
  }

  close(): void {
    this.#failed = null;
    this.#socket.destroy();
  }

  #read(): void {
    const headEnd = this.#received.indexOf("\r\n\r\n");
    if (headEnd === -1) return;
    const head = this.#received.slice(0, headEnd);
    const length = /^content-length: *(\d+)/imu.exec(head)?.[1];
    if (length === undefined)
      return this.#failed?.(new BenchmarkFailedError(`No length in the answer:\n${head}`));
    const end = headEnd + 4 + Number(length);
    if (this.#received.length < end) return;
    const body = this.#received.slice(headEnd + 4, end);
    this.#received = this.#received.slice(end);
    if (!head.startsWith("HTTP/1.1 200 "))
      return this.#failed?.(new BenchmarkFailedError(`${head}\n\n${body}`));
    this.#waiting?.(body);
  }
}
