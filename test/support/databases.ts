import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import type { LabAddresses } from "../../lab/lab.ts";
import { labForTests } from "./labTurn.ts";
import { labOrSkip } from "./requirements.ts";
import { silentLogger } from "./silentLogger.ts";
import { spareDatabases } from "./spareDatabases.ts";
import type { DatabaseAddress } from "../../src/store/dataSource.ts";
import { createStore } from "../../src/store/store.ts";
import type { StoreOptions } from "../../src/store/store.ts";
import type { Store } from "../../src/store/types.ts";

/** A database for one test, dropped after it. */
export interface TestDatabase {
  readonly address: DatabaseAddress;
  /** Open and migrated. */
  readonly store: Store;
  /** Another store on the same database, like that of another process; closed with the test. */
  readonly another: (options?: Partial<StoreOptions>) => Promise<Store>;
}

interface Server {
  /** `migrated`: the database may already be migrated, and is empty. */
  create(migrated: boolean): Promise<DatabaseAddress>;
  remove(address: DatabaseAddress, migrated: boolean): Promise<void>;
}

const sqlite: Server = {
  create: async () => ({
    kind: "sqlite",
    file: join(await mkdtemp(join(tmpdir(), "phone-proxy-test-")), "test.sqlite"),
  }),
  async remove(address) {
    if (address.kind === "sqlite") await rm(join(address.file, ".."), { recursive: true });
  },
};

function mysqlOf(lab: LabAddresses): Server {
  const execute = async (sql: string): Promise<void> => {
    const connection = await createConnection(lab.mysql.url);
    try {
      await connection.query(sql);
    } finally {
      await connection.end();
    }
  };
  const spare = spareDatabases(lab.mysql.url);
  const createFresh = async (): Promise<string> => {
    const name = `phone_proxy_test_${randomBytes(6).toString("hex")}`;
    await execute(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
    return name;
  };
  return {
    async create(migrated) {
      const name = (migrated ? spare.take() : null) ?? (await createFresh());
      const url = new URL(lab.mysql.url);
      url.pathname = `/${name}`;
      return { kind: "mysql", url: url.href, poolSize: 10 };
    },
    async remove(address, migrated) {
      if (address.kind !== "mysql") return;
      const name = new URL(address.url).pathname.slice(1);
      if (migrated && (await spare.give(name))) return;
      await execute(`DROP DATABASE ${name}`);
    },
  };
}

export type Suite = (open: () => Promise<TestDatabase>, address: () => Promise<DatabaseAddress>) => void;

/**
 * Runs one suite on SQLite and on a real MySQL. `open` creates a fresh database for the test that calls it; `address`
 * one that is not migrated yet.
 */
export function forEachDatabase(suite: Suite): void {
  describe("on SQLite", () => run(suite, async () => sqlite));
  describe("on MySQL", () => onMysql(suite));
}

/** Opens SQLite like the application, with statements in separate threads. */
export function onSqliteInThreads(suite: Suite): void {
  describe("on SQLite in threads", () => run(suite, async () => sqlite, { threads: true }));
}

/** Runs a suite on a real MySQL only; skipped without the lab. */
export function onMysql(suite: Suite): void {
  before(async function prepareLab() {
    await labOrSkip(this);
  });
  run(suite, async () => mysqlOf(await labForTests()));
}

function run(
  suite: Suite,
  serverOf: () => Promise<Server>,
  storeOptions: Pick<StoreOptions, "threads"> = {},
): void {
  const cleanups: (() => Promise<void>)[] = [];
  let server: Promise<Server> | null = null;

  async function create(migrated: boolean): Promise<DatabaseAddress> {
    server ??= serverOf();
    const used = await server;
    const address = await used.create(migrated);
    cleanups.push(() => used.remove(address, migrated));
    return address;
  }

  async function open(address: DatabaseAddress, options: Partial<StoreOptions> = {}): Promise<Store> {
    const store = createStore({ address, logger: silentLogger, ...storeOptions, ...options });
    cleanups.push(() => store.close());
    store.open();
    await store.ready();
    return store;
  }

  afterEach(async () => {
    // Stores are closed before their database is dropped.
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  });

  suite(
    async () => {
      const address = await create(true);
      return {
        address,
        store: await open(address),
        another: (options) => open(address, options),
      };
    },
    () => create(false),
  );
}
