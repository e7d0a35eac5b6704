import type { LabAddresses } from "../../lab/lab.ts";
import { createStore } from "../../src/store/store.ts";
import { silentLogger } from "./silentLogger.ts";

/** Gives the lab's MySQL the tables of this version, which an application does when it starts. */
export async function migratedLabDatabase({ mysql }: LabAddresses): Promise<void> {
  const store = createStore({
    address: { kind: "mysql", url: mysql.url, migrationsUrl: mysql.migrationsUrl, poolSize: 1 },
    logger: silentLogger,
  });
  store.open();
  await store.ready();
  await store.close();
}
