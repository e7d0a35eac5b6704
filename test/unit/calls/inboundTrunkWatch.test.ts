import { expect } from "chai";
import { createInboundTrunkWatch } from "../../../src/calls/inboundTrunkWatch.ts";
import type { ArrivedCall } from "../../../src/calls/inboundTrunkWatch.ts";

const minute = (n: number): number => Date.UTC(2026, 10, 28, 12, n);
const call = (n: number, more: Partial<ArrivedCall> = {}): ArrivedCall => ({
  callId: `call-${n}`,
  atMs: minute(n),
  status: "answered",
  reason: null,
  dialled: true,
  ...more,
});
const unknown = { status: "unknown_number", dialled: false } as const;

describe("The watch of an inbound trunk", () => {
  it("knows nothing before the first call", () => {
    const watch = createInboundTrunkWatch("trunk-in");
    expect(watch.health).to.deep.equal({ status: "off", detail: "No call on trunk trunk-in yet." });
    expect(watch).to.include({ lastCallAtMs: null, lastRefusalAtMs: null });
  });

  it("reports the last call and the last refusal with its reason, in whatever order they arrive", () => {
    const watch = createInboundTrunkWatch("trunk-in");
    watch.see(call(5));
    watch.see(call(3, { status: "unknown_number", reason: "invalid_number", dialled: false }));
    watch.see(call(1, { status: "disabled", dialled: false }));
    expect(watch).to.include({ lastCallAtMs: minute(5), lastRefusalAtMs: minute(3) });
    expect(watch.health).to.deep.equal({
      status: "up",
      detail:
        "Trunk trunk-in: last call at 2026-11-28T12:05:00.000Z. Last refusal at 2026-11-28T12:03:00.000Z: invalid_number.",
    });
  });

  it("does not count a refusal by the callee or the outbound trunk", () => {
    const watch = createInboundTrunkWatch("trunk-in");
    watch.see(call(1, { status: "busy" }));
    watch.see(call(2, { status: "failed", reason: "trunk_unavailable" }));
    expect(watch.lastRefusalAtMs).to.equal(null);
    watch.see(call(3, { status: "failed", reason: "lookup_unavailable", dialled: false }));
    expect(watch.lastRefusalAtMs).to.equal(minute(3));
  });

  it("warns when three calls in a row are to unknown numbers, counting a call that is reported twice once", () => {
    const watch = createInboundTrunkWatch("trunk-in");
    watch.see(call(1, unknown));
    watch.see(call(2, unknown));
    watch.see(call(2, unknown));
    expect(watch.health.status).to.equal("up");
    watch.see(call(3, unknown));
    expect(watch.health.status).to.equal("degraded");
    expect(watch.health.detail).to.match(/ The newest calls were all to unknown numbers\.$/u);
    watch.see(call(4));
    expect(watch.health.status).to.equal("up");
  });
});
