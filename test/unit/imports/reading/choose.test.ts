import { expect } from "chai";
import { choose } from "../../../../src/imports/reading/choose.ts";
import type { Choices, ChosenReading } from "../../../../src/imports/reading/choose.ts";

const csv = (delimiter: "," | ";" | null, choices: Choices = {}): ChosenReading => ({
  source: { format: "csv", delimiter },
  choices,
});
const xlsx = (sheet: string, choices: Choices = {}): ChosenReading => ({
  source: { format: "xlsx", sheet },
  choices,
});

describe("Choices of how to read a file", () => {
  it("keep earlier choices, but not detected values", () => {
    const before: Choices = { encoding: "koi8-r", columns: { "0": "ignored" } };
    expect(choose(csv(";", before), {}, { headerRow: null }).choices).to.deep.equal({
      ...before,
      headerRow: null,
    });
    expect(choose(csv(";"), {}, { country: "KZ" }).choices).to.deep.equal({ country: "KZ" });
    expect(choose(csv(";", before), {}, { encoding: "utf-8" }).choices).to.deep.equal({
      encoding: "utf-8",
      columns: { "0": "ignored" },
    });
  });

  it("assign a field to one column at a time, the last one chosen", () => {
    const moved = choose(
      csv(";", { columns: { "0": "realNumber", "2": "label" } }),
      {},
      {
        columns: { "1": "realNumber" },
      },
    );
    expect(moved.choices.columns).to.deep.equal({ "1": "realNumber", "2": "label" });
    const back = choose(csv(";", moved.choices), {}, { columns: { "0": "realNumber" } });
    expect(back.choices.columns).to.deep.equal({ "0": "realNumber", "2": "label" });
    const ignored = choose(csv(";", { columns: { "0": "ignored" } }), {}, { columns: { "1": "ignored" } });
    expect(ignored.choices.columns).to.deep.equal({ "0": "ignored", "1": "ignored" });
  });

  it("keep the columns of each delimiter, and restore them with it", () => {
    const columns = { "1": "realNumber" } as const;
    const other = choose(csv(";", { headerRow: 2, columns }), {}, { delimiter: "," });
    expect(other.choices).to.deep.equal({ headerRow: 2, delimiter: "," });
    const back = choose(csv(",", other.choices), other.remembered, { delimiter: ";" });
    expect(back.choices).to.deep.equal({ headerRow: 2, delimiter: ";", columns });
    // Choosing the same delimiter again changes no cell.
    expect(choose(csv(";", { columns }), {}, { delimiter: ";" }).choices).to.deep.equal({
      delimiter: ";",
      columns,
    });
  });

  it("keep the header and columns of each sheet", () => {
    const columns = { "1": "realNumber" } as const;
    const other = choose(xlsx("One", { headerRow: 2, columns, country: "KZ" }), {}, { sheet: "Two" });
    expect(other.choices).to.deep.equal({ sheet: "Two", country: "KZ" });
    const back = choose(xlsx("Two", { ...other.choices, headerRow: null }), other.remembered, {
      sheet: "One",
    });
    expect(back.choices).to.deep.equal({ sheet: "One", headerRow: 2, columns, country: "KZ" });
    const again = choose(xlsx("One", back.choices), back.remembered, { sheet: "Two" });
    expect(again.choices).to.deep.equal({ sheet: "Two", headerRow: null, country: "KZ" });
  });
});
