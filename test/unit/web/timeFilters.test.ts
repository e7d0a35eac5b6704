import { expect } from "chai";
import {
  contradictionOf,
  filterOf,
  noFilter,
  queryOf,
  searchOf,
} from "../../../web/src/pages/calls/filters.ts";
import * as dashboard from "../../../web/src/pages/dashboard/range.ts";

const nowMs = Date.UTC(2026, 10, 25, 12);
const query = (text: string) => new URLSearchParams(text);

describe("The filters of the calls page", () => {
  it("survive a round trip through the URL, except for the number", () => {
    const filter = {
      ...noFilter,
      period: "range",
      from: "2026-11-20T10:00:00.000Z",
      to: "2026-11-20T11:30:00.000Z",
      status: "busy",
      trunk: "trunk-in",
      minSeconds: 0,
      maxSeconds: 90,
    } as const;
    expect(filterOf(query(queryOf({ ...filter, number: "74951000000" })))).to.deep.equal(filter);
    expect(queryOf({ ...noFilter, number: "74951000000" })).to.equal("");
  });

  it("ignore invalid URLs", () => {
    const text = "period=range&from=yesterday&to=&status=fine&talk=-1&talkMost=9999999";
    expect(filterOf(query(text))).to.deep.equal({ ...noFilter, period: "range" });
  });

  it("query a custom range, open at either end", () => {
    const from = "2026-11-20T10:00:00.000Z";
    expect(searchOf({ ...noFilter, period: "range", from }, new Date(nowMs))).to.deep.equal({ from });
    expect(searchOf({ ...noFilter, period: "range", to: from }, new Date(nowMs))).to.deep.equal({ to: from });
  });

  it("detect filters that cannot match anything", () => {
    const [early, late] = ["2026-11-20T10:00:00.000Z", "2026-11-20T11:00:00.000Z"];
    expect(contradictionOf({ ...noFilter, from: late, to: early })).to.equal("times");
    expect(contradictionOf({ ...noFilter, minSeconds: 10, maxSeconds: 9 })).to.equal("durations");
    expect(contradictionOf({ ...noFilter, from: early, to: late, minSeconds: 9, maxSeconds: 9 })).to.equal(
      null,
    );
  });
});

describe("The time range of the dashboard", () => {
  it("survives a round trip through the URL", () => {
    const range = { period: "range", from: "2026-11-20T10:00:00.000Z", to: null } as const;
    expect(dashboard.rangeOf(query(dashboard.queryOf(range)))).to.deep.equal(range);
    expect(dashboard.queryOf({ period: "day", from: null, to: null })).to.equal("");
  });

  it("is drawn by the hour for short ranges, then by the day", () => {
    const day = dashboard.spanOf({ period: "day", from: null, to: null }, nowMs);
    expect(day).to.deep.equal({
      from: "2026-11-24T12:00:00.000Z",
      to: "2026-11-25T12:00:00.000Z",
      step: "hour",
    });
    expect(dashboard.spanOf({ period: "week", from: null, to: null }, nowMs)).to.include({ step: "hour" });
    expect(dashboard.spanOf({ period: "month", from: null, to: null }, nowMs)).to.include({ step: "day" });
  });

  it("never requests what the server would reject", () => {
    const range = (from: string, to: string) => ({ period: "range", from, to }) as const;
    expect(dashboard.spanOf(range("2026-11-20T10:00:00Z", "2026-11-20T10:00:00Z"), nowMs)).to.equal(
      "upsideDown",
    );
    expect(dashboard.spanOf(range("2000-01-01T00:00:00Z", "2026-01-01T00:00:00Z"), nowMs)).to.equal(
      "tooLong",
    );
  });
});
