import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LabAddresses } from "../../../lab/lab.ts";
import { callFile } from "../../../lab/layout.ts";
import { ApplicationProcess } from "../applicationProcess.ts";
import { freePort } from "../freePort.ts";
import { startTroubledProxy, type TroubledProxy } from "../troubledProxy.ts";
import { SmallDisk } from "./smallDisk.ts";

const preload = fileURLToPath(new URL("preload.mjs", import.meta.url));

interface Place {
  /** Its way to Asterisk. */
  readonly way: TroubledProxy;
  readonly spool: string;
  readonly disk: SmallDisk;
  readonly clockFile: string;
  readonly port: number;
}

interface Options {
  readonly lab: LabAddresses;
  readonly folder: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** The controllers of one Asterisk, as processes, each with a connection, a disk, and a clock that can fail. */
export class Controllers {
  readonly #options: Options;
  readonly #places: Place[] = [];
  readonly #processes: (ApplicationProcess | null)[] = [];

  constructor(options: Options) {
    this.#options = options;
  }

  get count(): number {
    return this.#places.length;
  }

  /** The first one listens on the port that the dialplan's fallback uses. */
  async start(index: number): Promise<void> {
    const { lab, settings } = this.#options;
    const { way, spool, clockFile, port } = (this.#places[index] ??= await this.#place(index));
    // Its dependencies may be unavailable: `areUp` says when it has all of them.
    this.#processes[index] = ApplicationProcess.launch(
      {
        DATABASE_URL: lab.mysql.url,
        DATABASE_MIGRATIONS_URL: lab.mysql.migrationsUrl,
        REDIS_URL: lab.redis.url,
        ASTERISK_URL: `http://${way.host}:${way.port}`,
        ASTERISK_USER: lab.ari.username,
        ASTERISK_PASSWORD: lab.ari.password,
        HTTP_PORT: String(port),
        NODE_NAME: `controller-${index + 1}`,
        SPOOL_DIR: spool,
        RING_TIMEOUT_SECONDS: "5",
        LOG_FORMAT: "json",
        CONNECT: "dial",
        ASTERISK_CALL_FILE: callFile(),
        FAULT_CLOCK_FILE: clockFile,
        ...settings,
      },
      ["--expose-gc", "--import", preload],
    );
  }

  async #place(index: number): Promise<Place> {
    const { lab, folder } = this.#options;
    const { hostname, port } = new URL(lab.ari.url);
    const spool = join(folder, `spool-${index + 1}`);
    const clockFile = join(folder, `clock-${index + 1}`);
    writeFileSync(clockFile, "0");
    return {
      way: await startTroubledProxy({ host: hostname, port: Number(port) }),
      spool,
      disk: await SmallDisk.below(spool, "48m"),
      clockFile,
      port: index === 0 ? lab.application.port : await freePort(),
    };
  }

  process(index: number): ApplicationProcess {
    const found = this.#processes[index];
    if (found === undefined || found === null) throw new Error(`Controller ${index + 1} is not running.`);
    return found;
  }

  /** The one that handles calls; the first while none does. */
  async active(): Promise<number> {
    for (const [index, process] of this.#processes.entries())
      if (process !== null && (await isActive(process))) return index;
    return 0;
  }

  async end(index: number, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    await this.process(index).end(signal);
    this.#processes[index] = null;
  }

  /** Nothing passes between it and Asterisk, and neither notices. */
  cutOff(index: number): void {
    this.#placeOf(index).way.freeze();
  }

  reconnect(index: number): void {
    this.#placeOf(index).way.heal();
  }

  disk(index: number): SmallDisk {
    return this.#placeOf(index).disk;
  }

  setClock(index: number, aheadMs: number): void {
    writeFileSync(this.#placeOf(index).clockFile, String(aheadMs));
    this.process(index).signal("SIGUSR2");
  }

  /** After a garbage collection. */
  async heapBytes(index: number): Promise<number> {
    const process = this.process(index);
    process.signal("SIGUSR2");
    const text = await (await fetch(`${process.url}/metrics`)).text();
    return Number(/^nodejs_heap_size_used_bytes\S* (\S+)$/mu.exec(text)?.[1]);
  }

  #placeOf(index: number): Place {
    const found = this.#places[index];
    if (found === undefined) throw new Error(`Controller ${index + 1} was never started.`);
    return found;
  }

  /** Whether one of them handles calls and has everything for it. A busy event loop, for one, does not count. */
  async areUp(): Promise<boolean> {
    let active = 0;
    for (const process of this.#processes) {
      if (process === null || !(await hasEverything(process))) return false;
      if (await isActive(process)) active += 1;
    }
    return active === 1;
  }

  async stop(): Promise<void> {
    for (const process of this.#processes) {
      process?.thaw();
      await process?.end("SIGKILL");
    }
    for (const { way, disk } of this.#places) {
      await way.close();
      await disk.remove();
    }
  }
}

const patience = (): AbortSignal => AbortSignal.timeout(2_000);

async function hasEverything({ url }: ApplicationProcess): Promise<boolean> {
  const answer = await fetch(`${url}/health`, { signal: patience() }).catch(() => null);
  if (answer === null) return false;
  const { parts } = (await answer.json()) as {
    readonly parts: Readonly<Record<string, { readonly status: string }>>;
  };
  return ["database", "redis", "asterisk", "callLog", "callFile"].every(
    (name) => parts[name]?.status === "up",
  );
}

async function isActive({ url }: ApplicationProcess): Promise<boolean> {
  const answer = await fetch(`${url}/metrics`, { signal: patience() }).catch(() => null);
  return answer !== null && /^phone_proxy_controller_active\{[^}]*\} 1$/mu.test(await answer.text());
}
