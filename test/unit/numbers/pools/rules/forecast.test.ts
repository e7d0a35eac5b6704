import { expect } from "chai";
import { dayOf, forecastPool } from "../../../../../src/numbers/pools/rules/forecast.ts";

const dayMs = 86_400_000;
const now = Date.UTC(2026, 10, 23, 7);
const daysAgo = (days: number, taken: number, returned = 0) => ({
  day: dayOf(now - days * dayMs),
  taken,
  returned,
});

describe("A pool's forecast", () => {
  it("divides the free numbers by the daily use", () => {
    const days = Array.from({ length: 10 }, (_, day) => daysAgo(day, 3));
    expect(forecastPool(70, days, now)).to.deep.equal({ emptyInDays: 23, perDay: 3, basedOnDays: 9 });
  });

  it("counts returning numbers, and predicts no end if as many return as are used", () => {
    const busiest = daysAgo(20, 50);
    expect(forecastPool(100, [busiest, daysAgo(1, 30, 10), daysAgo(0, 10, 10)], now).perDay).to.equal(1);
    expect(forecastPool(100, [busiest, daysAgo(1, 5, 5)], now).emptyInDays).to.equal(null);
    expect(forecastPool(100, [busiest, daysAgo(1, 5, 25)], now)).to.deep.include({
      emptyInDays: null,
      perDay: -1,
    });
    expect(forecastPool(100, [daysAgo(20, 0, 50), daysAgo(1, 0, 10)], now).perDay).to.equal(-3);
  });

  it("raises no alarm in the first week of use", () => {
    const early = { emptyInDays: null, perDay: null };
    expect(forecastPool(500, [daysAgo(0, 500)], now)).to.deep.equal({ ...early, basedOnDays: 0 });
    const week = Array.from({ length: 7 }, (_, day) => daysAgo(day, 70));
    expect(forecastPool(10, week, now)).to.deep.equal({ ...early, basedOnDays: 6 });
    expect(forecastPool(10, [...week, daysAgo(7, 70)], now).emptyInDays).to.equal(1);
  });

  it("takes no single import for a rate of use", () => {
    for (const days of [7, 8, 20, 27])
      expect(forecastPool(5000, [daysAgo(days, 5000)], now), `${days} days ago`).to.deep.include({
        emptyInDays: null,
        perDay: 0,
      });
    const steady = Array.from({ length: 14 }, (_, day) => daysAgo(day, 2));
    const full = [...steady, daysAgo(14, 5000)];
    expect(forecastPool(5000, full, now)).to.deep.include({ emptyInDays: 2500, perDay: 2 });
    const weekly = [7, 14, 21].map((days) => daysAgo(days, 700));
    expect(forecastPool(1000, [...weekly, daysAgo(27, 1)], now).emptyInDays, "several are").to.equal(19);
  });

  it("never says today while numbers are free", () => {
    expect(forecastPool(5, [daysAgo(20, 70_000), daysAgo(6, 70_000)], now).emptyInDays).to.equal(1);
  });

  it("handles an empty pool, used or not", () => {
    expect(forecastPool(0, [daysAgo(1, 5, 50)], now).emptyInDays).to.equal(0);
    expect(forecastPool(0, [daysAgo(9, 5), daysAgo(8, 5)], now).emptyInDays).to.equal(0);
    expect(forecastPool(0, [], now)).to.deep.equal({ emptyInDays: 0, perDay: 0, basedOnDays: 0 });
    expect(forecastPool(5, [], now).emptyInDays).to.equal(null);
  });

  it("ignores use before the last four weeks, but not that there was some, and use in the future", () => {
    const days = [daysAgo(300, 1_000_000), daysAgo(-1, 1_000_000), daysAgo(3, 27), daysAgo(2, 27)];
    expect(forecastPool(10, days, now)).to.deep.equal({ emptyInDays: 10, perDay: 1, basedOnDays: 27 });
    expect(forecastPool(10, [daysAgo(300, 9)], now)).to.deep.equal({
      emptyInDays: null,
      perDay: 0,
      basedOnDays: 27,
    });
  });
});
