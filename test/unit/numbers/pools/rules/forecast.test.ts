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
    const days = [daysAgo(9, 10), daysAgo(3, 15), daysAgo(0, 5)];
    expect(forecastPool(70, days, now)).to.deep.equal({ emptyInDays: 23, perDay: 3, basedOnDays: 10 });
  });

  it("counts returning numbers, and predicts no end if as many return as are used", () => {
    expect(forecastPool(100, [daysAgo(1, 30, 10), daysAgo(0, 10, 10)], now)).to.deep.include({ perDay: 10 });
    expect(forecastPool(100, [daysAgo(1, 5, 5)], now).emptyInDays).to.equal(null);
    expect(forecastPool(100, [daysAgo(1, 5, 50)], now).emptyInDays).to.equal(null);
  });

  it("waits for a week of use, and never says today while numbers are free", () => {
    expect(forecastPool(500, [daysAgo(0, 500)], now)).to.deep.include({ emptyInDays: null, perDay: 500 });
    expect(forecastPool(500, [daysAgo(5, 500)], now).emptyInDays).to.equal(null);
    expect(forecastPool(500, [daysAgo(6, 350)], now).emptyInDays).to.equal(10);
    expect(forecastPool(5, [daysAgo(6, 70_000)], now).emptyInDays).to.equal(1);
  });

  it("handles an empty pool, used or not", () => {
    expect(forecastPool(0, [daysAgo(1, 5, 50)], now).emptyInDays).to.equal(0);
    expect(forecastPool(0, [], now)).to.deep.equal({ emptyInDays: 0, perDay: 0, basedOnDays: 0 });
    expect(forecastPool(5, [], now).emptyInDays).to.equal(null);
  });

  it("ignores data older than four weeks, and data in the future", () => {
    const days = [daysAgo(28, 1_000_000), daysAgo(-1, 1_000_000), daysAgo(27, 28)];
    expect(forecastPool(10, days, now)).to.deep.equal({ emptyInDays: 10, perDay: 1, basedOnDays: 28 });
  });
});
