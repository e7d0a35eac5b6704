import { expect } from "chai";
import * as fc from "fast-check";
import { noCounts, withRows } from "../../../../src/imports/job/counts.ts";
import { packRows, unpackRows } from "../../../../src/imports/job/resultPieces.ts";
import type { ResultCode, ResultRow } from "../../../../src/imports/job/types.ts";

const codes: readonly ResultCode[] = [
  "CREATED",
  "EXISTING",
  "DIFFERS",
  "UPDATED",
  "HEADER",
  "BLANK_ROW",
  "DUPLICATE_IN_FILE",
  "LETTERS",
];

describe("The rows of a result", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "\t", "\n", "\\", '"', "→", "😀"), maxLength: 9 });
  const differences = fc.array(
    fc.oneof(
      fc.record({ field: fc.constant("label" as const), ours: fc.option(text), file: text }),
      fc.record({
        field: fc.constant("expiry" as const),
        ours: fc.option(fc.nat()),
        file: fc.option(fc.nat()),
      }),
    ),
    { minLength: 1, maxLength: 2 },
  );
  const plainRow: fc.Arbitrary<ResultRow> = fc.record({
    row: fc.integer({ min: 1, max: 5_000_000 }),
    // Any cell content, including the separators of rows and cells.
    input: fc.string({
      unit: fc.constantFrom("7", "9", "\t", "\n", "\r", "\\", "n", "t", "я", '"', "😀"),
      maxLength: 30,
    }),
    realNumber: fc.constantFrom("", "79001112233"),
    proxyNumber: fc.constantFrom("", "79580000001"),
    code: fc.constantFrom(...codes),
  });
  const row = fc.oneof(
    plainRow,
    fc.tuple(plainRow, differences).map(([one, some]): ResultRow => ({ ...one, differences: some })),
  );

  it("are read back as stored, whatever their cells contain", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 50 }), async (rows) => {
        expect(await unpackRows(await packRows(rows))).to.deep.equal(rows);
      }),
    );
  });

  it("are counted once each, so that the counts add up", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...codes)),
        fc.array(fc.constantFrom(...codes)),
        (first, second) => {
          const counts = withRows(withRows(noCounts, first), second);
          const { rows, refusals, ...parts } = counts;
          expect(rows).to.equal(first.length + second.length);
          expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).to.equal(rows);
          expect(refusals.LETTERS ?? 0).to.equal(
            [...first, ...second].filter((code) => code === "LETTERS").length,
          );
          expect(counts.rejected).to.equal(refusals.LETTERS ?? 0);
        },
      ),
    );
    expect(noCounts.rows).to.equal(0);
  });
});
