import { expect } from "chai";
import {
  flag,
  nullable,
  number,
  oneOf,
  phone,
  rowOf,
  RowError,
  rowReadBy,
  text,
  time,
} from "../../../src/store/row.ts";

const shape = {
  id: number,
  fakePhone: phone,
  label: nullable(text),
  isDefault: flag,
  state: oneOf(["active", "expired"] as const, "expired"),
  createdAt: time,
};
const ways = {
  "column after column": rowOf(shape),
  "in one expression": rowReadBy(shape, (row) => ({
    id: shape.id(row["id"]),
    fakePhone: shape.fakePhone(row["fake_phone"]),
    label: shape.label(row["label"]),
    isDefault: shape.isDefault(row["is_default"]),
    state: shape.state(row["state"]),
    createdAt: shape.createdAt(row["created_at"]),
  })),
};

for (const [way, read] of Object.entries(ways))
  describe(`A result row read ${way}`, () => {
    const row = {
      id: 1,
      fake_phone: "79001112233",
      label: null,
      is_default: 1,
      state: "active",
      created_at: new Date(1_700_000_000_123),
    };

    it("is read by column name, whichever driver returned it", () => {
      const expected = {
        id: 1,
        fakePhone: "79001112233",
        label: null,
        isDefault: true,
        state: "active",
        createdAt: 1_700_000_000_123,
      };
      expect(read(row)).to.deep.equal(expected);
      expect(read({ ...row, id: "1", created_at: "2023-11-14 22:13:20.123", more: 1 })).to.deep.equal(
        expected,
      );
      expect(read({ ...row, id: 1n })).to.deep.equal(expected);
    });

    for (const [column, value] of [
      ["id", null],
      ["id", "1a"],
      ["id", undefined],
      ["fake_phone", "+79001112233"],
      ["fake_phone", 79_001_112_233],
      ["label", 5],
      ["is_default", "yes"],
      ["state", 5],
      ["created_at", "yesterday"],
      ["created_at", null],
    ] as const) {
      it(`is rejected with ${String(value)} as ${column}; the error names the column without the value`, () => {
        expect(() => read({ ...row, [column]: value }))
          .to.throw(RowError, `The column ${column} of a row is not`)
          .with.property("message")
          .that.does.not.include(String(value ?? "79001112233"));
      });
    }

    it("is rejected if it is missing", () => {
      expect(() => read(null)).to.throw(RowError);
    });
  });
