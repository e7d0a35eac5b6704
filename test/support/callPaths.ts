import { asteriskCli, type LabAddresses } from "../../lab/lab.ts";
import { giveDialplan } from "./dialplanSettings.ts";
import { type CallRow, RealSystem } from "./realCalls.ts";
import { labOrSkip } from "./requirements.ts";
import { until } from "./until.ts";

/** Who decides about a call and connects it: a controller, in three ways, or the dialplan, after one of its two lookups. */
export const callPaths = ["dial", "dial, requests over HTTP", "bridge", "odbc", "http"] as const;
export type CallPath = (typeof callPaths)[number];

type Environment = Record<string, string>;

function settingsOf(path: CallPath, { application }: LabAddresses): Environment {
  switch (path) {
    case "dial":
      return { CONNECT: "dial" };
    case "dial, requests over HTTP":
      return { CONNECT: "dial", ARI_TRANSPORT: "http" };
    case "bridge":
      return { CONNECT: "bridge" };
    // Without the password the application takes no calls. It still reads Asterisk's lines, and makes records of them.
    case "odbc":
      return { ASTERISK_PASSWORD: "" };
    case "http":
      return { ASTERISK_PASSWORD: "", HTTP_PORT: String(application.port) };
  }
}

/** The application on the lab, with every call on one path. */
export class SystemOnPath {
  readonly path: CallPath;
  readonly system: RealSystem;

  private constructor(path: CallPath, system: RealSystem) {
    this.path = path;
    this.system = system;
  }

  /** `prefix`: six digits reserved for the proxy numbers of this suite. */
  static async startOrSkip(
    suite: Mocha.Context,
    path: CallPath,
    prefix: string,
    environment: Environment = {},
  ): Promise<SystemOnPath> {
    const settings = { ...settingsOf(path, await labOrSkip(suite)), ...environment };
    const system = await RealSystem.startOrSkip(suite, prefix, settings);
    const started = new SystemOnPath(path, system);
    await started.#giveDialplan({});
    return started;
  }

  /** It connects to the database, which may take longer than the dialplan waits. */
  async #firstLookup(): Promise<void> {
    const lookup = (): Promise<Response> =>
      fetch(`${this.system.application.url}/lookup?for=call`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ fake: this.system.freeProxyNumber() }),
      });
    await until(async () => (await lookup()).status === 404);
  }

  /** All records of the work, also those that are only written when the application stops. */
  async recordsDuring(work: (soFar: () => Promise<CallRow[]>) => Promise<void>): Promise<CallRow[]> {
    const { system } = this;
    const soFar = await system.recordsFromNow();
    await work(soFar);
    await system.application.stop("all records are wanted");
    const rows = await soFar();
    await system.startApplication();
    await this.#giveDialplan({});
    return rows;
  }

  /** The dialplan gives the application, which is this process, less than half a second for an answer. */
  get atATime(): number {
    return this.path === "http" ? 4 : 10;
  }

  get isController(): boolean {
    return this.path !== "odbc" && this.path !== "http";
  }

  /** Restarts the application with these settings in addition. */
  async use(environment: Environment): Promise<void> {
    await this.system.application.stop("settings change");
    await this.system.startApplication(environment);
    await this.#giveDialplan(environment);
  }

  async stop(): Promise<void> {
    await asteriskCli("dialplan set global DATABASE_AWAY_UNTIL 0");
    await this.system.stop();
  }

  /** A controller does this itself. */
  async #giveDialplan(environment: Environment): Promise<void> {
    if (this.isController) return;
    await giveDialplan(this.system.lab, this.system.settings(environment));
    // An outage that outlasts the suite: the fallback asks the application.
    await asteriskCli(`dialplan set global DATABASE_AWAY_UNTIL ${this.path === "http" ? "9999999999" : "0"}`);
    if (this.path === "http") await this.#firstLookup();
  }
}

/** Starts the work on each item in order, some at a time. The results may be awaited in any order, or not at all. */
export function startSome<Item, Result>(
  items: readonly Item[],
  atATime: number,
  work: (item: Item) => Promise<Result>,
): ReadonlyMap<Item, Promise<Result>> {
  const results = new Map<Item, Promise<Result>>();
  const ends: Promise<unknown>[] = [];
  for (const [index, item] of items.entries()) {
    const turn = ends[index - atATime] ?? Promise.resolve();
    const result = turn.then(() => work(item));
    results.set(item, result);
    ends.push(result.catch(() => undefined));
  }
  return results;
}
