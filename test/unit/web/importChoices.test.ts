import { expect } from "chai";
import type { Import } from "../../../web/src/api/client.ts";
import { choicesWith } from "../../../web/src/pages/import/choices.ts";

const reading: Import["reading"] = {
  source: {
    format: "csv",
    encoding: "windows-1251",
    byteOrderMark: false,
    delimiter: ";",
    quote: '"',
    separatorLine: false,
  },
  headerRow: 2,
  columns: [
    { place: 0, header: "home", field: "ignored", because: "choice" },
    { place: 1, header: "mobile", field: "realNumber", because: "header" },
  ],
  defaultCountry: "RU",
  timeZone: "Europe/Moscow",
  estimatedRows: null,
};

describe("the choices of how a file is read", () => {
  it("keep everything as it is when a column is matched by hand", () => {
    expect(choicesWith(reading, { columns: { "1": "label" } })).to.deep.equal({
      encoding: "windows-1251",
      delimiter: ";",
      quote: '"',
      headerRow: 2,
      columns: { "0": "ignored", "1": "label" },
    });
  });

  it("keep the columns when another row is the header, or none is", () => {
    expect(choicesWith(reading, { headerRow: null })).to.deep.include({
      encoding: "windows-1251",
      headerRow: null,
      columns: { "0": "ignored" },
    });
  });

  it("forget what another delimiter makes meaningless, but not the encoding", () => {
    expect(choicesWith(reading, { delimiter: "," })).to.deep.equal({
      encoding: "windows-1251",
      delimiter: ",",
    });
  });

  it("have all else found out anew for another encoding or sheet", () => {
    expect(choicesWith(reading, { encoding: "utf-8" })).to.deep.equal({ encoding: "utf-8" });
    expect(choicesWith(reading, { sheet: "Two" })).to.deep.equal({ sheet: "Two" });
  });
});
