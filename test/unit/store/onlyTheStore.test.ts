import { expect } from "chai";
import { offencesIn, type Reserved, sourceFiles } from "../../support/sources.ts";

/** Code allowed only in `src/store`, and why. Comments may name either database. */
const reserved: readonly Reserved[] = [
  [/["'`](?:mysql|sqlite)["'`]/, "a named difference in src/store/dialect.ts"],
  [/\bstore\.kind\b(?!,)/, "a named difference in src/store/dialect.ts"],
  [/\b(?:FOR UPDATE|FOR SHARE|SKIP LOCKED|FORCE INDEX|USE INDEX)\b/, "forUpdate and its like, or heldRows"],
  [/\b(?:ON DUPLICATE KEY|ON CONFLICT|INSERT IGNORE|INSERT OR)\b/, "onDuplicate"],
  [/\bLAST_INSERT_(?:ID|ROWID)\b/i, "the identifiers of an insert"],
  [
    /\b(?:manager|runner|\w*[dD]ataSource)\.query\(/,
    "a repository, a query builder, or src/store/sql.ts with its checked rows",
  ],
  [/\.getRaw(?:One|Many)\b/, "src/store/sql.ts with its checked rows"],
  [/from ["']mysql2/, "the store"],
];

const offences = (source: string): string[] => offencesIn(source, reserved);

describe("Only src/store", () => {
  it("depends on the kind of database and its driver", async () => {
    const files = (await sourceFiles()).filter(({ file }) => !file.startsWith("src/store/"));
    const found = files.flatMap(({ file, source }) =>
      offences(source).map((offence) => `${file}: ${offence}`),
    );
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

  it("may be mentioned in comments", () => {
    expect(offences("// MySQL reads FOR UPDATE\n/** `store.kind` */ const url = 'http://a';")).to.deep.equal(
      [],
    );
  });
});
