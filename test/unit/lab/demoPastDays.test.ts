import { expect } from "chai";
import { demoClients } from "../../../lab/demo/pastDays/clients.ts";
import { callsOfDay } from "../../../lab/demo/pastDays/traffic.ts";
import { readOptions } from "../../../lab/demo/options.ts";

const seed = 20;
const lastDay = 20_785;
const firstDay = lastDay - 35;
const days = Array.from({ length: lastDay - firstDay + 1 }, (_, index) => firstDay + index);

describe("The past days of the demo", () => {
  const clients = demoClients(seed, firstDay, lastDay);
  const calls = days.flatMap((day) => callsOfDay(seed, day, clients));

  it("are added only if asked for", () => {
    expect(readOptions(["--data"]).data).to.equal(true);
    expect(readOptions([]).data).to.equal(false);
  });

  it("are the same for the same seed, whenever they are made", () => {
    const day = lastDay - 3;
    const again = callsOfDay(seed, day, demoClients(seed, firstDay, day));
    expect(again).to.deep.equal(callsOfDay(seed, day, clients));
    expect(callsOfDay(seed + 1, day, clients)).to.not.deep.equal(again);
  });

  it("give every client another number on both sides, and every call another ID", () => {
    expect(new Set(clients.map(({ realNumber }) => realNumber)).size).to.equal(clients.length);
    expect(new Set(clients.map(({ proxyNumber }) => proxyNumber)).size).to.equal(clients.length);
    expect(new Set(calls.map(({ callId }) => callId)).size).to.equal(calls.length);
  });

  it("use the numbers of the demo only", () => {
    for (const { realNumber, proxyNumber } of clients)
      expect(`${realNumber} ${proxyNumber}`).to.match(/^7900\d{4}002 7499321[0-4]\d{3}$/);
    for (const { callerId, proxyNumber, realNumber } of calls)
      expect(`${callerId} ${proxyNumber} ${realNumber ?? "7900"}`).to.match(
        /^(?:7900\d{7}|7916000\d{4}) 7499321\d{4} (?:7900|7916000)/,
      );
  });

  it("contain every kind of outcome, calls in both directions, and an outage of three hours", () => {
    const statuses = new Set(calls.map(({ status }) => status));
    expect([...statuses]).to.include.members([
      "answered",
      "no_answer",
      "cancelled",
      "busy",
      "rejected",
      "unallocated",
      "failed",
      "unknown_number",
      "quarantined",
      "disabled",
    ]);
    expect(calls.filter(({ direction }) => direction === "return").length).to.be.within(500, 2_500);
    const outage = calls.filter(({ status }) => status === "congestion");
    const hours = new Set(outage.map(({ startedAtMs }) => Math.floor(startedAtMs / 3_600_000)));
    expect(hours.size % 3).to.equal(0);
    expect(hours.size).to.be.within(3, 6);
  });

  it("are as busy by day as a small service, and quiet at night", () => {
    expect(calls.length).to.be.within(14_000, 20_000);
    const atNight = calls.filter(({ startedAtMs }) => new Date(startedAtMs).getUTCHours() === 0);
    const byDay = calls.filter(({ startedAtMs }) => new Date(startedAtMs).getUTCHours() === 8);
    expect(atNight.length * 20).to.be.below(byDay.length);
  });
});
