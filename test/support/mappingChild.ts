/**
 * A process that maps several overlapping lists of real numbers concurrently. Arguments: the database address as JSON,
 * then each list as JSON (`[first, end]`, indexes of real numbers). Prints `ready`, waits for a line, maps, and prints
 * one line of JSON per list: `[real number, proxy number, "created" or "existing"]` of each row.
 */
import { once } from "node:events";
import { createNumberMapper } from "../../src/numbers/mappings/allocate.ts";
import type { DatabaseAddress } from "../../src/store/dataSource.ts";
import { createStore } from "../../src/store/store.ts";
import { silentLogger } from "./silentLogger.ts";
import { realRows } from "./numbers.ts";

const [addressText = "", listsText = ""] = process.argv.slice(2);
const address: DatabaseAddress = JSON.parse(addressText);
const lists: readonly (readonly [number, number])[] = JSON.parse(listsText);
const store = createStore({ address, logger: silentLogger });
store.open();
await store.ready();
const mapper = createNumberMapper({
  store,
  invalidations: { announce: async () => undefined },
  clock: { nowMs: () => Date.now() },
});
process.stdout.write("ready\n");
await once(process.stdin, "data");
await Promise.all(
  lists.map(async ([first, end]) => {
    const results = await mapper.map(realRows(first, end));
    const said = results.map((result) => [
      result.realNumber,
      result.kind === "refused" ? result.code : result.proxyNumber,
      result.kind,
    ]);
    process.stdout.write(`${JSON.stringify(said)}\n`);
  }),
);
await store.close();
process.exit(0);
