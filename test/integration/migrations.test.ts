import { expect } from "chai";
import { EntitySchema } from "typeorm";
import type { DataSourceOptions, EntitySchemaOptions } from "typeorm";
import { dataSourceOptions } from "../../ormconfig.ts";
import { checkMigrations, onMysql, onSqlite } from "../../scripts/schema/checkMigrations.ts";
import type { Scratch } from "../../scripts/schema/checkMigrations.ts";
import type { DatabaseAddress } from "../../src/store/dataSource.ts";
import { entitiesOn } from "../../src/store/entities/index.ts";
import { labForTests } from "../support/labTurn.ts";
import { labOrSkip } from "../support/requirements.ts";

type Options = EntitySchemaOptions<unknown>;

/** The entities with one change to one of them. */
const planted =
  (name: string, plant: (options: Options) => Partial<Options>) =>
  (address: DatabaseAddress): DataSourceOptions => {
    const options = dataSourceOptions(address);
    const entities = entitiesOn(address.kind).map(({ options: own }) =>
      own.name === name
        ? new EntitySchema<unknown>(Object.assign({}, own, plant(own)))
        : new EntitySchema(own),
    );
    return { ...options, entities };
  };

const withColumn = (column: string, change: object) => (options: Options) => ({
  columns: {
    ...options.columns,
    [column]: Object.assign({}, Reflect.get(options.columns, column), change),
  },
});

const withIndex = (name: string, change: object) => (options: Options) => ({
  indices: (options.indices ?? []).map((index) => (index.name === name ? { ...index, ...change } : index)),
});

const plants: readonly (readonly [
  what: string,
  entity: string,
  plant: (options: Options) => Partial<Options>,
  says: string,
])[] = [
  [
    "a column that no migration makes",
    "User",
    withColumn("nickname", { type: "int" }),
    "column users.nickname",
  ],
  ["a column that may be null", "User", withColumn("username", { nullable: true }), "column users.username"],
  ["the length of a column", "ApiKey", withColumn("hint", { length: 17 }), "column api_keys.hint"],
  ["a default", "NumberPool", withColumn("warningDays", { default: 15 }), "column number_pools.warning_days"],
  [
    "an expression",
    "CallLog",
    withColumn("statsDue", { asExpression: "1 + 1" }),
    "column call_logs.stats_due",
  ],
  [
    "the order of an index",
    "AuditEntry",
    withIndex("ix_audit_log__action", { columns: ["id", "action"] }),
    "index audit_log.ix_audit_log__action",
  ],
  [
    "an index that is unique",
    "Session",
    withIndex("ix_sessions__user", { unique: true }),
    "index sessions.ix_sessions__user",
  ],
  [
    "an index that no migration makes",
    "Import",
    (options) => ({ indices: [...(options.indices ?? []), { name: "ix_imports__node", columns: ["node"] }] }),
    "index imports.ix_imports__node",
  ],
  ["a foreign key", "NumberRange", () => ({ relations: {} }), "foreignKeys of number_ranges"],
];

describe("Migrations and entities", () => {
  describe("on SQLite", () => {
    suite(async () => onSqlite, plants);
  });

  describe("on MySQL", function onMysqlServer() {
    this.timeout(60_000);
    before(async function prepareLab() {
      await labOrSkip(this);
    });
    const scratch = async (): Promise<Scratch> => onMysql((await labForTests()).mysql.url);
    // Each takes seconds on MySQL. The comparison is the same as on SQLite; only reading the schema differs.
    suite(scratch, [
      ...plants.filter(([what]) => ["a default", "the order of an index", "a foreign key"].includes(what)),
      ["a collation", "User", withColumn("role", { collation: "utf8mb4_general_ci" }), "column users.role"],
    ]);
  });
});

function suite(scratch: () => Promise<Scratch>, planting: typeof plants): void {
  it("agree", async () => {
    expect(await checkMigrations(await scratch())).to.deep.equal([]);
  });

  for (const [what, entity, plant, says] of planting) {
    it(`are reported to differ in ${what}`, async () => {
      const lines = await checkMigrations(await scratch(), planted(entity, plant));
      expect(lines.map((line) => line.split("\n")[0])).to.deep.equal([says]);
    });
  }
}
