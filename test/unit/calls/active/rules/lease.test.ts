import { expect } from "chai";
import {
  freeLease,
  type Lease,
  type LeaseAction,
  type LeaseFact,
  mayAct,
  nextLease,
  nodeIn,
  startOfLease,
} from "../../../../../src/calls/active/rules/lease.ts";

const me = "node-1/0123456789abcdef";
const other = "node-2/fedcba9876543210";

/** A controller's view of a lease, told fact by fact. */
class Controller {
  lease: Lease;

  constructor(lease: Lease = startOfLease) {
    this.lease = lease;
  }

  tell(fact: LeaseFact): LeaseAction {
    const { lease, action } = nextLease(this.lease, fact, me);
    this.lease = lease;
    return action;
  }

  reads(value: string, atMs: number, readMs = atMs): LeaseAction {
    return this.tell({ type: "read", value, sentMs: atMs, readMs });
  }

  takes(value: string, atMs: number): this {
    this.tell({ type: "written", purpose: "take", value, sentMs: atMs });
    expect(this.reads(value, atMs + 100)).to.equal("act");
    return this;
  }

  renews(value: string, atMs: number): void {
    this.tell({ type: "written", purpose: "renew", value, sentMs: atMs });
  }
}

const active = (): Controller => new Controller().takes(`${me}:1`, 0);

describe("A controller that has just started", () => {
  it("takes a lease that was never held, or that was given up", () => {
    expect(new Controller().reads("", 0)).to.equal("take");
    expect(new Controller().reads(freeLease, 0)).to.equal("take");
  });

  it("takes the lease of its own earlier life at once", () => {
    expect(new Controller().reads(`${me}:57`, 0)).to.equal("take");
  });

  it("leaves the lease of another controller, until it has not changed for three seconds", () => {
    const controller = new Controller();
    expect(controller.reads(`${other}:57`, 0)).to.equal("wait");
    expect(controller.reads(`${other}:57`, 2_999)).to.equal("wait");
    expect(controller.reads(`${other}:58`, 3_200)).to.equal("wait");
    expect(controller.reads(`${other}:58`, 6_199)).to.equal("wait");
    expect(controller.reads(`${other}:58`, 6_200)).to.equal("take");
  });

  it("does not take an answer that it read late for one that came late", () => {
    const controller = new Controller();
    controller.reads(`${other}:57`, 0);
    // Asked at 250 ms, then frozen for a minute.
    expect(controller.reads(`${other}:57`, 250, 60_000)).to.equal("wait");
    expect(controller.reads(`${other}:117`, 60_001)).to.equal("wait");
  });

  it("is active only once it has read its own value back", () => {
    const controller = new Controller();
    controller.tell({ type: "written", purpose: "take", value: `${me}:1`, sentMs: 0 });
    expect(mayAct(controller.lease, 1)).to.equal(false);
    expect(controller.reads(`${other}:1`, 100)).to.equal("standBy");
    expect(mayAct(controller.lease, 100)).to.equal(false);
    expect(controller.reads(`${other}:1`, 3_099)).to.equal("wait");
    expect(controller.reads(`${other}:1`, 3_100)).to.equal("take");
  });
});

describe("A standby", () => {
  it("leaves an empty lease to its holder for a moment: the dialplan was reloaded", () => {
    const controller = new Controller();
    controller.reads(`${other}:57`, 0);
    expect(controller.reads("", 250)).to.equal("wait");
    expect(controller.reads(`${other}:58`, 500)).to.equal("wait");
    expect(controller.reads("", 750)).to.equal("wait");
    expect(controller.reads("", 3_749)).to.equal("wait");
    expect(controller.reads("", 3_750)).to.equal("take");
  });

  it("takes over at once after an orderly stop", () => {
    const controller = new Controller();
    controller.reads(`${other}:57`, 0);
    expect(controller.reads(freeLease, 250)).to.equal("take");
  });
});

describe("The active controller", () => {
  it("renews its lease", () => {
    const controller = active();
    expect(controller.reads(`${me}:1`, 1_000)).to.equal("renew");
    controller.renews(`${me}:2`, 1_001);
    expect(controller.reads(`${me}:2`, 2_000)).to.equal("renew");
  });

  it("may act for three seconds from the last renewal that it sent", () => {
    const controller = active();
    controller.renews(`${me}:2`, 1_000);
    expect(mayAct(controller.lease, 4_000)).to.equal(true);
    expect(mayAct(controller.lease, 4_001)).to.equal(false);
    expect(controller.tell({ type: "time", nowMs: 4_000 })).to.equal("wait");
    expect(controller.tell({ type: "time", nowMs: 4_001 })).to.equal("pause");
    expect(controller.lease.role).to.equal("standby");
  });

  it("continues after a pause if no other controller has taken over", () => {
    for (const value of [`${me}:1`, "", freeLease]) {
      const controller = active();
      controller.tell({ type: "time", nowMs: 20_000 });
      expect(controller.reads(value, 20_001), value).to.equal("take");
    }
  });

  it("stands by after a pause if another controller has taken over", () => {
    const controller = active();
    controller.tell({ type: "time", nowMs: 20_000 });
    expect(controller.reads(`${other}:1`, 20_001)).to.equal("standBy");
    expect(controller.reads(`${other}:2`, 21_001)).to.equal("wait");
    expect(controller.reads(`${other}:2`, 24_001)).to.equal("take");
  });

  it("renews a lease that a reload has cleared, and writes its settings again", () => {
    expect(active().reads("", 1_000)).to.equal("renewAfresh");
  });

  it("stands by once Asterisk has given its application to another controller", () => {
    const controller = active();
    expect(controller.tell({ type: "replaced" })).to.equal("standBy");
    expect(mayAct(controller.lease, 1)).to.equal(false);
    // Its own value is no claim: the other one has not written yet, or is too old to know about leases.
    expect(controller.reads(`${me}:1`, 10)).to.equal("wait");
    controller.renews(`${me}:2`, 20);
    expect(controller.lease.role).to.equal("standby");
  });

  it("stands by when another controller renews the lease", () => {
    const controller = active();
    expect(controller.reads(`${other}:1`, 1_000)).to.equal("wait");
    expect(controller.reads(`${other}:2`, 2_000)).to.equal("standBy");
  });

  it("takes its lease back from a controller that wrote once and did not become active", () => {
    const controller = active();
    controller.reads(`${other}:1`, 500);
    expect(controller.reads(`${other}:1`, 1_500)).to.equal("wait");
    expect(controller.reads(`${other}:1`, 2_500)).to.equal("renew");
    controller.renews(`${me}:2`, 2_501);
    expect(controller.reads(`${me}:2`, 3_500)).to.equal("renew");
  });
});

describe("The value of a lease", () => {
  it("names the node of its holder", () => {
    expect(nodeIn(`${me}:57`)).to.equal("node-1");
    expect(nodeIn("")).to.equal(null);
    expect(nodeIn(freeLease)).to.equal(null);
  });
});
