import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { startArguments } from "../../lab/demo/startArguments.ts";
import { until } from "./until.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

type LogLine = Readonly<Record<string, unknown>> & { readonly atMs: number };

const running = new Set<ChildProcess>();
// A test run that fails must not leave a controller behind, which would take the calls of the next run.
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** The application in its own process, as `npm start` runs it, which can be killed. */
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

  /** Resolves when it can handle calls. The settings must include `HTTP_PORT`. `options` are those of Node. */
  static async start(
    settings: Readonly<Record<string, string>>,
    options: readonly string[] = [],
  ): Promise<ApplicationProcess> {
    const application = ApplicationProcess.launch(settings, options);
    await until(async () => (await application.health()) === 200, { timeoutMs: 60_000, everyMs: 50 }).catch(
      (error: unknown) => {
        throw new Error(`The application did not become ready:\n${application.#output.slice(-20_000)}`, {
          cause: error,
        });
      },
    );
    return application;
  }

  /** Does not wait for what it needs. */
  static launch(
    settings: Readonly<Record<string, string>>,
    options: readonly string[] = [],
  ): ApplicationProcess {
    const child = spawn(process.execPath, [...options, ...startArguments()], {
      cwd: root,
      env: { PATH: process.env["PATH"] ?? "", ...settings },
      stdio: ["ignore", "pipe", "pipe"],
    });
    return new ApplicationProcess(child, `http://127.0.0.1:${settings["HTTP_PORT"] ?? ""}`);
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error("The application has not been started.");
    return pid;
  }

  /** Stops the process at any point. Data that arrives waits in the kernel until `thaw()`. */
  freeze(): void {
    this.#child.kill("SIGSTOP");
  }

  thaw(): void {
    this.#child.kill("SIGCONT");
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Its output so far. */
  get output(): string {
    return this.#output;
  }

  /** Resolves with the fields and the time of the first log line with this message. */
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

  /** The status in `/health`; null while it does not respond. */
  async health(): Promise<number | null> {
    try {
      return (await fetch(`${this.url}/health`)).status;
    } catch {
      return null;
    }
  }

  /** Resolves with the exit code; null if it was ended by the signal. */
  async end(signal: "SIGTERM" | "SIGKILL"): Promise<number | null> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return this.#child.exitCode;
    const exited = once(this.#child, "exit");
    this.#child.kill(signal);
    await exited;
    return this.#child.exitCode;
  }
}
