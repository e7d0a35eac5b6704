import { createRequire } from "node:module";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { LoadAnswer, LoadRequest } from "../../../bench/live/messages.ts";
import { setUpAdministrator } from "../../../bench/support/administrator.ts";
import { type BenchmarkChild, startChild } from "../../../bench/support/child.ts";
import { createStore } from "../../../src/store/store.ts";
import type { Store } from "../../../src/store/types.ts";
import { silentLogger } from "../silentLogger.ts";
import type { Delays } from "./delays.ts";
import { fillCalls, fillImport } from "./fillRecords.ts";

/** An application and its calls in separate processes, so that a blocked one does not block the others. */
export interface ObservedApplication {
  readonly url: string;
  readonly cookie: string;
  keyWith(scopes: readonly string[]): Promise<string>;
  /** Since the last request. */
  delays(): Promise<Delays>;
  /** Starts calls at this rate; resolves when the last one has ended. */
  calls(request: LoadRequest): Promise<LoadAnswer>;
  stop(): Promise<void>;
}

interface Ready {
  readonly ready: true;
  readonly url: string;
}

const has =
  <Message>(name: string) =>
  (message: unknown): Message | undefined =>
    typeof message === "object" && message !== null && name in message ? (message as Message) : undefined;

/** Resolved with `require`, because `import.meta.resolve` fails under Mocha. */
const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
/** The command to run a file of this folder in its own Node process. */
const beside = (path: string): string[] => [
  process.execPath,
  "--import",
  loader,
  fileURLToPath(new URL(path, import.meta.url)),
];

/** As many as the simulated callers dial; see bench/live/asterisk.ts. */
const dialled = 1_000;

async function fillIn(store: Store, records: number, uploads: string): Promise<void> {
  await fillCalls(store, records);
  await fillImport(store, records, uploads);

  const rows = Array.from({ length: dialled }, (_, index) => {
    const digits = String(index).padStart(7, "0");
    return `('7990${digits}','7955${digits}','active')`;
  });
  await store.transaction((manager) =>
    manager.query(`INSERT INTO phone_mappings (real_phone, fake_phone, state) VALUES ${rows.join(",")}`),
  );
}

/** Before the application starts, the database gets `records` calls and import rows, and whatever `fill` adds. */
export async function startObserved(
  fill: (store: Store) => Promise<unknown> = async () => undefined,
  { records = 20_000 }: { readonly records?: number } = {},
): Promise<ObservedApplication> {
  const folder = await mkdtemp(join(tmpdir(), "phone-proxy-event-loop-"));
  const children: BenchmarkChild[] = [];
  const stop = async (): Promise<void> => {
    for (const child of children.toReversed()) await child.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const file = join(folder, "data.sqlite");
    const store = createStore({ address: { kind: "sqlite", file }, logger: silentLogger });
    store.open();
    await store.ready();
    await fill(store);
    await fillIn(store, records, join(folder, "uploads"));
    await store.close();
    const asterisk = startChild(beside("../../../bench/live/asterisk.ts"), { messages: true });
    children.push(asterisk);
    const { url: asteriskUrl } = await asterisk.message(
      has<Ready>("ready"),
      "The simulated Asterisk",
      60_000,
    );
    const application = startChild(beside("./application.ts"), {
      messages: true,
      cwd: folder,
      environment: {
        APPLICATION_SETTINGS: JSON.stringify({
          DATABASE_URL: file,
          ASTERISK_URL: asteriskUrl,
          ASTERISK_PASSWORD: "simulated",
          ACCESS: "required",
          USER_REQUESTS_PER_MINUTE: "0",
          KEY_REQUESTS_PER_MINUTE: "0",
          ADDRESS_REQUESTS_PER_MINUTE: "0",
          HTTP_PORT: "0",
          NODE_NAME: "observed",
          SPOOL_DIR: join(folder, "spool"),
          UPLOAD_DIR: join(folder, "uploads"),
          LOG_FORMAT: "json",
        }),
      },
    });
    children.push(application);
    const { url } = await application.message(has<Ready>("ready"), "The application", 120_000);
    const port = Number(new URL(url).port);
    const administrator = await setUpAdministrator({ child: application, port });
    return {
      url,
      cookie: administrator.cookie,
      keyWith: (scopes) => administrator.keyWith(scopes),
      delays: () => {
        application.send({ delays: true });
        return application.message(has<Delays>("maxMs"), "The delays of the event loop", 120_000);
      },
      calls: (request) => {
        asterisk.send(request);
        return asterisk.message(has<LoadAnswer>("setUpMs"), "The calls", (request.seconds + 60) * 1000);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
