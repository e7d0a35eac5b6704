import { expect } from "chai";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

/** What only `src/store` may have in its code, and why. Comments may name either database. */
const reserved: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/["'`](?:mysql|sqlite)["'`]/, "a named difference in src/store/dialect.ts"],
  [/\bstore\.kind\b(?!,)/, "a named difference in src/store/dialect.ts"],
  [/\b(?:FOR UPDATE|FOR SHARE|SKIP LOCKED|FORCE INDEX|USE INDEX)\b/, "forUpdate and its like, or heldRows"],
  [/\b(?:ON DUPLICATE KEY|ON CONFLICT|INSERT IGNORE|INSERT OR)\b/, "onDuplicate"],
  [/\bLAST_INSERT_(?:ID|ROWID)\b/i, "the identifiers of an insert"],
  [/\.query\(/, "a repository, a query builder, or src/store/sql.ts with its checked rows"],
  [/\.getRaw(?:One|Many)\b/, "src/store/sql.ts with its checked rows"],
  [/from ["']mysql2/, "the store"],
];

const withoutComments = (source: string): string =>
  source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|[^:"'`])\/\/.*$/gm, "$1");

const offences = (source: string): string[] => {
  const code = withoutComments(source);
  return reserved.flatMap(([pattern, instead]) => {
    const found = pattern.exec(code)?.[0];
    return found === undefined ? [] : [`${found}: use ${instead}`];
  });
};

describe("Only src/store", () => {
  it("knows which database it is, and talks to its driver", async () => {
    const root = join(import.meta.dirname, "../../../src");
    const files = (await readdir(root, { recursive: true }))
      .filter((name) => name.endsWith(".ts") && !name.startsWith("store/"))
      .sort();
    expect(files.length).to.be.above(100);
    const found: string[] = [];
    for (const file of files) {
      const source = await readFile(join(root, file), "utf8");
      found.push(...offences(source).map((offence) => `src/${file}: ${offence}`));
    }
    expect(found).to.deep.equal([]);
  });

  for (const planted of [
    `if (store.kind === "mysql") return;`,
    `const lock = store.kind;`,
    `const sql = "SELECT id FROM users FOR UPDATE";`,
    `const sql = \`INSERT INTO t (a) VALUES (?) ON CONFLICT (a) DO NOTHING\`;`,
    `const rows: Row[] = await manager.query("SELECT 1");`,
    `const rows = await builder.getRawMany<Row>();`,
  ]) {
    it(`is found out of place: ${planted}`, () => {
      expect(offences(planted)).to.have.length.of.at.least(1);
    });
  }

  it("may be spoken of in comments", () => {
    expect(offences("// MySQL reads FOR UPDATE\n/** `store.kind` */ const url = 'http://a';")).to.deep.equal(
      [],
    );
  });
});
