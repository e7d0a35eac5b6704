import { expect } from "chai";
import { exportAddress, noFilter, queryOf } from "../../../web/src/pages/numbers/numberFilter.ts";

const found = (text: string) => queryOf({ ...noFilter, text });

describe("the search for numbers as one types", () => {
  it("takes digits for the end of a number, and many of them for a whole one", () => {
    expect(found("22 33")).to.deep.include({ suffix: "2233" });
    expect(found("+7 (900) 111-22-33")).to.deep.include({ number: "+7 (900) 111-22-33" });
  });

  it("waits for three digits, and takes letters for a label", () => {
    expect(found("22")).to.equal(null);
    expect(found("Ива")).to.deep.include({ label: "Ива" });
    expect(queryOf({ ...noFilter, searchIn: "reference", text: "42" })).to.deep.include({ reference: "42" });
  });

  it("puts no part of a number into the address of an export", () => {
    expect(exportAddress("csv", found("2233"))).to.equal(null);
    expect(exportAddress("xlsx", found("+7 900 111-22-33"))).to.equal(null);
    const disabled = queryOf({ ...noFilter, state: "disabled" });
    expect(exportAddress("csv", disabled)).to.equal("/export/csv?delimiter=semicolon&state=disabled");
  });
});
