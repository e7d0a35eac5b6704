import { expect } from "chai";
import type { Outage } from "../../support/faults/outage.ts";
import type { Footprint } from "../../support/faults/footprint.ts";
import { leftBehind, stepsOf } from "../../support/faults/soak.ts";

const outages = ["a", "b", "c"].map((name): Outage => ({ name, begin: async () => async () => undefined }));
const steps = (seed: number) =>
  stepsOf({
    seed,
    outages,
    faults: 7,
    everySeconds: 45,
    outageSeconds: [2, 20],
    callsPerSecond: 10,
    talkMs: [1_000, 2_000],
    controllers: 2,
  });

describe("The faults of a soak", () => {
  it("are the same again with the same seed, and others with another", () => {
    expect(steps(3)).to.deep.equal(steps(3));
    expect(steps(3)).to.not.deep.equal(steps(4));
  });

  it("are of each kind once before any comes again, and last as long as asked", () => {
    const names = steps(5).map(({ outage }) => outage.name);
    expect(names).to.have.length(7);
    for (const from of [0, 3]) expect(names.slice(from, from + 3).toSorted()).to.deep.equal(["a", "b", "c"]);
    for (const { seconds } of steps(5)) expect(seconds).to.be.within(2, 20);
  });
});

describe("What a soak leaves behind", () => {
  const before: Footprint = {
    heapMegabytes: 60,
    residentMegabytes: 200,
    descriptors: 80,
    asteriskMegabytes: 90,
    asteriskDescriptors: 70,
    asteriskTopics: 300,
  };
  const record = {
    callId: "a.1",
    proxyNumber: "74950000001",
    caller: "79160000001",
    status: "busy",
    reason: null,
    endedBy: null,
    talkSeconds: 0,
    startedAtMs: 0,
  };

  it("is nothing if all came back to where they were", () => {
    expect(leftBehind({ before, after: { ...before, heapMegabytes: 100 }, strays: [] })).to.deep.equal([]);
  });

  it("is a record of no call, a topic, and what leaks with each call", () => {
    const after = {
      ...before,
      asteriskTopics: 301,
      descriptors: 500,
      asteriskDescriptors: 500,
      heapMegabytes: 130,
    };
    expect(leftBehind({ before, after, strays: [record] })).to.have.length(5);
  });
});
