import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { until } from "./until.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

type LogLine = Readonly<Record<string, unknown>> & { readonly atMs: number };

const running = new Set<ChildProcess>();
// A test run that ends by an error must not leave a controller behind that takes the next one's calls.
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** The application as a process of its own, as it runs in production: it can be killed. */
export class ApplicationProcess {
  readonly url: string;
  readonly #child: ChildProcess;
  #output = "";

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
    const keep = (chunk: Buffer): void => {
      this.#output += chunk.toString();
    };
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    running.add(child);
    child.once("exit", () => running.delete(child));
  }

  /** Resolves when it can handle calls. `HTTP_PORT` must be among the settings. */
  static async start(settings: Readonly<Record<string, string>>): Promise<ApplicationProcess> {
    const child = spawn(process.execPath, ["--import", "tsx", "src/main.ts"], {
      cwd: root,
      env: { PATH: process.env["PATH"] ?? "", ...settings },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const application = new ApplicationProcess(child, `http://127.0.0.1:${settings["HTTP_PORT"] ?? ""}`);
    await until(async () => (await application.health()) === 200, { timeoutMs: 60_000, everyMs: 50 }).catch(
      (error: unknown) => {
        throw new Error(`The application did not become ready:\n${application.#output.slice(-20_000)}`, {
          cause: error,
        });
      },
    );
    return application;
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error("The application has not been started.");
    return pid;
  }

  /** Stops it where it stands; what arrives for it waits in the kernel until `thaw()`. */
  freeze(): void {
    this.#child.kill("SIGSTOP");
  }

  thaw(): void {
    this.#child.kill("SIGCONT");
  }

  /** Everything that it has printed. */
  get output(): string {
    return this.#output;
  }

  /** Resolves with the first line of its log with this message: its fields, and when it was written. */
  async logs(message: string, timeoutMs = 60_000): Promise<LogLine> {
    let found = this.#lineOf(message);
    await until(() => (found ??= this.#lineOf(message)) !== null, { timeoutMs, everyMs: 50 });
    if (found === null) throw new Error(`It has not logged "${message}".`);
    return found;
  }

  #lineOf(message: string): LogLine | null {
    for (const line of this.#output.split("\n")) {
      if (!line.startsWith("{") || !line.includes(message)) continue;
      const entry: Record<string, unknown> = JSON.parse(line);
      if (entry["message"] === message) return { ...entry, atMs: Date.parse(String(entry["at"])) };
    }
    return null;
  }

  /** Status of `/health`; null while it does not respond. */
  async health(): Promise<number | null> {
    try {
      return (await fetch(`${this.url}/health`)).status;
    } catch {
      return null;
    }
  }

  /** Resolves with the exit code, or null when the signal ended it. */
  async end(signal: "SIGTERM" | "SIGKILL"): Promise<number | null> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return this.#child.exitCode;
    const exited = once(this.#child, "exit");
    this.#child.kill(signal);
    await exited;
    return this.#child.exitCode;
  }
}
