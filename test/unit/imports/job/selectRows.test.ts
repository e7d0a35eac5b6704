import { expect } from "chai";
import { selectRows } from "../../../../src/imports/job/selectRows.ts";
import type { ResultRow } from "../../../../src/imports/job/types.ts";

const row = (number: number, code: ResultRow["code"]): ResultRow => ({
  row: number,
  input: `cell ${number}`,
  realNumber: "",
  proxyNumber: "",
  code,
});

/** Pieces of ten rows, with every hundredth row rejected, and the number of pieces read. */
function tensOfRows(rows: number) {
  const asked = { pieces: 0 };
  async function* pieces(): AsyncGenerator<readonly ResultRow[]> {
    for (let first = 1; first <= rows; first += 10) {
      asked.pieces += 1;
      yield Array.from({ length: 10 }, (_, index) =>
        row(first + index, (first + index) % 100 === 0 ? "SHORT_NUMBER" : "CREATED"),
      );
    }
  }
  return { asked, pieces: pieces() };
}

describe("Selecting rows of a result", () => {
  it("stops as soon as a page is full and another row has been found", async () => {
    const { asked, pieces } = tensOfRows(1000);
    const page = await selectRows(pieces, { kind: "created" }, { limit: 12, lookAtMost: 1000 });
    expect(page.items).to.have.length(12);
    expect([page.next, asked.pieces]).to.deep.equal([12, 2]);
  });

  it("returns no next page after the last one", async () => {
    const { pieces } = tensOfRows(100);
    const page = await selectRows(pieces, { code: "SHORT_NUMBER" }, { limit: 1, lookAtMost: 1000 });
    expect([page.items.map((one) => one.row), page.next]).to.deep.equal([[100], null]);
  });

  it("searches no more rows than allowed, and returns where it stopped", async () => {
    const { asked, pieces } = tensOfRows(1000);
    const page = await selectRows(pieces, { text: "nowhere" }, { limit: 10, lookAtMost: 200 });
    expect([page.items, page.next, asked.pieces]).to.deep.equal([[], 200, 20]);
  });

  it("finds part of a cell in any case, and row numbers only as a whole", async () => {
    const found = async (text: string): Promise<readonly number[]> =>
      (await selectRows(tensOfRows(100).pieces, { text }, { limit: 50, lookAtMost: 1000 })).items.map(
        (one) => one.row,
      );
    expect(await found("CELL 9")).to.deep.equal([9, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99]);
    expect(await found("cell 100")).to.deep.equal([100]);
  });
});
