import { expect } from "chai";
import {
  addressOf,
  contradictionOf,
  filterAt,
  noFilter,
  searchOf,
} from "../../../web/src/pages/calls/filters.ts";
import * as audit from "../../../web/src/pages/admin/auditFilter.ts";
import { periodOf } from "../../../web/src/format/periods.ts";
import * as dashboard from "../../../web/src/pages/dashboard/range.ts";

const nowMs = Date.UTC(2026, 10, 25, 12);
const query = (text: string) => new URLSearchParams(text);

describe("The filters of the calls page", () => {
  it("survive a round trip through the URL, the number where servers do not see it", () => {
    const filter = {
      ...noFilter,
      period: "range",
      from: "2026-11-20T10:00:00.000Z",
      to: "2026-11-20T11:30:00.000Z",
      statuses: ["busy", "cancelled"],
      trunk: "trunk-in",
      minSeconds: 0,
      maxSeconds: 90,
      search: "+7 495 100-00-00",
    } as const;
    const url = new URL(addressOf(filter), "http://localhost");
    expect(filterAt(url.searchParams, query(url.hash.slice(1)))).to.deep.equal(filter);
    expect(addressOf({ ...noFilter, search: "74951000000" })).to.equal("/app/calls#q=74951000000");
  });

  it("ignore invalid URLs", () => {
    const text = "period=range&from=yesterday&to=&status=fine&talk=-1&talkMost=9999999";
    expect(filterAt(query(text), query(""))).to.deep.equal({ ...noFilter, period: "range" });
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

describe("A period by name", () => {
  const now = new Date(2026, 2, 1, 15, 30);
  const midnight = (month: number, day: number) => new Date(2026, month - 1, day).toISOString();

  it("is made of whole days of the viewer's time zone", () => {
    expect(periodOf("today", now)).to.deep.equal({ from: midnight(3, 1), to: null });
    expect(periodOf("yesterday", now)).to.deep.equal({ from: midnight(2, 28), to: midnight(3, 1) });
    expect(periodOf("week", now)).to.deep.equal({ from: midnight(2, 23), to: null });
    expect(periodOf("lastMonth", now)).to.deep.equal({ from: midnight(2, 1), to: midnight(3, 1) });
  });

  it("is the same in the lists, in the audit log, and on the dashboard", () => {
    for (const period of ["week", "month"] as const) {
      const { from } = periodOf(period, now);
      expect(searchOf({ ...noFilter, period }, now)).to.deep.equal({ from });
      expect(audit.queryOf({ ...audit.noFilter, period }, now)).to.deep.equal({ from });
      expect(dashboard.spanOf({ period, from: null, to: null }, now.getTime())).to.include({ from });
    }
  });
});

describe("The time range of the dashboard", () => {
  it("survives a round trip through the URL", () => {
    const range = { period: "range", from: "2026-11-20T10:00:00.000Z", to: null } as const;
    expect(dashboard.rangeOf(query(dashboard.queryOf(range)))).to.deep.equal(range);
    expect(dashboard.queryOf({ period: "day", from: null, to: null })).to.equal("");
  });

  it("is compared with the same days and times before, or as much time before a custom range", () => {
    const now = new Date(2026, 10, 25, 15, 30);
    const at = (month: number, day: number, hour = 0, minute = 0) =>
      new Date(2026, month - 1, day, hour, minute).toISOString();
    const before = (range: dashboard.Range) => {
      const span = dashboard.spanOf(range, now.getTime());
      if (typeof span === "string") throw new Error(span);
      return dashboard.spanBefore(span, range);
    };
    expect(before({ period: "week", from: null, to: null })).to.deep.equal({
      from: at(11, 12),
      to: at(11, 18, 15, 30),
      step: "hour",
    });
    expect(before({ period: "month", from: null, to: null })).to.include({ to: at(10, 26, 15, 30) });
    expect(before({ period: "range", from: at(11, 20), to: at(11, 22) })).to.include({
      from: at(11, 18),
      to: at(11, 20),
    });
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
