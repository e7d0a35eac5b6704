import { labAddresses, startPart } from "../lab/lab.ts";
import { checkMigrations, onMysql, onSqlite } from "./schema/checkMigrations.ts";
import type { Scratch } from "./schema/checkMigrations.ts";

/**
 * `npm run migrate:check` compares the schema of the migrations with that of the entities, on SQLite and on the lab's
 * MySQL. `npm run migrate:check -- sqlite` needs no lab.
 */
const usage = "npm run migrate:check [-- sqlite|mysql]";

const scratchOf: Readonly<Record<string, () => Promise<Scratch>>> = {
  sqlite: async () => onSqlite,
  mysql: async () => {
    await startPart("mysql", (line) => console.log(line));
    return onMysql(labAddresses().mysql.url);
  },
};

async function main(kinds: readonly string[]): Promise<number> {
  let found = 0;
  for (const kind of kinds) {
    const scratch = scratchOf[kind];
    if (scratch === undefined) {
      console.error(usage);
      return 2;
    }
    const lines = await checkMigrations(await scratch());
    console.log(`${kind}: ${lines.length === 0 ? "migrations and entities agree" : "they differ"}`);
    for (const line of lines) console.error(line);
    found += lines.length;
  }
  return found === 0 ? 0 : 1;
}

const asked = process.argv.slice(2);
process.exitCode = await main(asked.length === 0 ? Object.keys(scratchOf) : asked);
