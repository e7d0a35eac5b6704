import { expect } from "chai";
import {
  addressOf,
  conditionsOf,
  filterAt,
  noFilter,
  queryOf,
  sortedBy,
} from "../../../web/src/pages/numbers/numberFilter.ts";

const found = (text: string) => queryOf({ ...noFilter, text });

describe("The search for numbers while typing", () => {
  it("looks for names, references, and digits in any notation with the same box", () => {
    expect(found(" Ива ")).to.deep.equal({ sort: "-created", search: "Ива" });
    expect(found("+7 (900) 111")).to.deep.include({ search: "+7 (900) 111" });
    expect(found("  ")).to.deep.equal({ sort: "-created" });
  });

  it("reverses the order when a column is selected again, and starts anew with another", () => {
    const byLabel = sortedBy(noFilter, "label");
    expect(queryOf(byLabel)).to.deep.equal({ sort: "label" });
    expect(queryOf(sortedBy(byLabel, "label"))).to.deep.equal({ sort: "-label" });
    expect(queryOf(sortedBy(byLabel, "created"))).to.deep.equal({ sort: "-created" });
  });

  it("is in the URL, the text where servers do not see it", () => {
    const filter = {
      text: "+7 (900) 111-22-33",
      state: "quarantined",
      pool: 3,
      import: 4,
      sort: "label",
      descending: true,
    } as const;
    const url = new URL(addressOf(filter), "http://localhost");
    expect(url.search).not.to.match(/\d{3}/);
    expect(filterAt(url.searchParams, new URLSearchParams(url.hash.slice(1)))).to.deep.equal(filter);
    expect(addressOf(noFilter)).to.equal("/app/numbers");
    const odd = new URLSearchParams("state=fine&pool=-1&import=x&sort=-price");
    expect(filterAt(odd, new URLSearchParams())).to.deep.equal(noFilter);
  });

  it("gives the conditions without the order for changes and exports", () => {
    const query = queryOf({ ...noFilter, text: "Ива", state: "disabled", pool: 3, import: 4 });
    expect(conditionsOf(query)).to.deep.equal({ search: "Ива", state: "disabled", pool: 3, import: 4 });
  });
});
