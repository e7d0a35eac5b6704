import { expect } from "chai";
import { lookAtBodies } from "../../../src/http/server/arrivingBodies.ts";
import type { Arriving } from "../../../src/http/server/arrivingBodies.ts";
import type { DropReason } from "../../../src/http/server/connectionDrops.ts";

const times = { bodyGraceMs: 30_000, unreadGraceMs: 2000, lingeringMs: 5000 };

interface Body extends Arriving {
  readonly socket: { bytesRead: number };
  readonly current: { complete: boolean; readableLength: number };
}

const bodyFrom = (network: string | null, kind: Arriving["kind"] = "answering"): Body => ({
  socket: { bytesRead: 0 },
  network,
  kind,
  current: { complete: false, readableLength: 0 },
  beganAtMs: 0,
  beganAtBytes: 0,
  sinceMs: 0,
  sinceBytes: 0,
});

/** What is dropped at this time. */
function droppedAt(nowMs: number, ...bodies: readonly Body[]): [index: number, reason: DropReason][] {
  const dropped: [number, DropReason][] = [];
  lookAtBodies(bodies, nowMs, times, (body, reason) => dropped.push([bodies.indexOf(body), reason]));
  return dropped;
}

describe("Bodies on their way", () => {
  it("must keep up the least rate over every 30 s", () => {
    const body = bodyFrom("a");
    body.socket.bytesRead = 10_000_000;
    expect(droppedAt(31_000, body)).to.deep.equal([]);
    body.socket.bytesRead += 40_000;
    expect(droppedAt(62_001, body)).to.deep.equal([]);
    body.socket.bytesRead += 30;
    expect(droppedAt(93_002, body)).to.deep.equal([[0, "slow"]]);
  });

  it("are not judged while we do not read them, nor once they have arrived", () => {
    const [unread, arrived] = [bodyFrom("a"), bodyFrom("a")];
    unread.current.readableLength = 16_384;
    arrived.current.complete = true;
    expect(droppedAt(600_000, unread, arrived)).to.deep.equal([]);
    unread.current.readableLength = 0;
    expect(droppedAt(629_000, unread)).to.deep.equal([]);
    expect(droppedAt(631_000, unread)).to.deep.equal([[0, "slow"]]);
  });

  it("have two seconds after the answer", () => {
    expect(droppedAt(1999, bodyFrom("a", "waiting"))).to.deep.equal([]);
    expect(droppedAt(2001, bodyFrom("a", "waiting"))).to.deep.equal([[0, "slow"]]);
  });

  it("are limited to 20 slow ones for each address, but not through our own proxies", () => {
    const many = (network: string | null): Body[] =>
      Array.from({ length: 22 }, (_, index) => {
        const body = bodyFrom(network);
        body.socket.bytesRead = index === 7 ? 0 : 5000 + index;
        return body;
      });
    expect(droppedAt(5000, ...many("a"))).to.deep.equal([]);
    expect(droppedAt(5001, ...many("a"))).to.have.deep.members([
      [7, "bodies"],
      [0, "bodies"],
    ]);
    expect(droppedAt(5001, ...many(null))).to.deep.equal([]);
    expect(droppedAt(5001, ...many("a").slice(0, 20), ...many("b").slice(0, 20))).to.deep.equal([]);
  });
});
