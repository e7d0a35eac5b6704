import { expect } from "chai";
import { VirtualClock } from "../../../lab/simulated/clock.ts";
import { StoreAwayError } from "../../../src/store/errors.ts";
import { createReplicas } from "../../../src/store/replicas.ts";
import { recordingLogger } from "../../support/recordingLogger.ts";

describe("Replicas", () => {
  function followed(names: readonly string[]) {
    const clock = new VirtualClock(0);
    const { logger, lines } = recordingLogger();
    /** How far each is behind; null: away. */
    const behindMs: (number | null)[] = names.map(() => 0);
    const primary = { isAway: false };
    const replicas = createReplicas({
      names,
      beat: async () => {
        if (primary.isAway) throw new StoreAwayError();
        // Another clock than ours.
        return clock.nowMs() + 5_000_000;
      },
      readBeat: async (index) => {
        const lag = behindMs[index] ?? null;
        if (lag === null) throw new StoreAwayError();
        return clock.nowMs() + 5_000_000 - lag;
      },
      clock,
      logger,
    });
    const told = (): (string | undefined)[] => lines.splice(0).map(({ message }) => message);
    const chosen = (): (number | null)[] => [replicas.choose(), replicas.choose()];
    return { clock, behindMs, primary, replicas, told, chosen, lines };
  }

  it("answer in turn once they were reached", async () => {
    const { clock, replicas, told } = followed(["a:1", "b:1"]);
    expect(replicas.choose()).to.equal(null);
    expect(replicas.states.map(({ health }) => health.status)).to.deep.equal(["off", "off"]);
    await clock.advance(1);
    expect([1, 2, 3].map(() => replicas.choose())).to.deep.equal([0, 1, 0]);
    expect(told()).to.deep.equal(["Replica answers lists", "Replica answers lists"]);
    replicas.close();
    expect(clock.pending).to.equal(0);
  });

  it("are left out while they are away or more than 10 s behind, and used again by themselves", async () => {
    const { clock, behindMs, replicas, told, chosen } = followed(["a:1", "b:1"]);
    await clock.advance(1);
    told();
    behindMs[0] = null;
    await clock.advance(1000);
    expect(chosen()).to.deep.equal([1, 1]);
    expect(replicas.states[0]?.health.status).to.equal("down");
    expect(replicas.states[0]?.lagSeconds).to.equal(null);
    behindMs[1] = 10_001;
    await clock.advance(1000);
    expect(chosen()).to.deep.equal([null, null]);
    expect(replicas.states[1]?.health).to.deep.equal({
      status: "degraded",
      detail: "Replica b:1 is 10 s behind. The primary answers in its place.",
    });
    expect(told()).to.deep.equal(["Replica left out", "Replica left out"]);
    behindMs[0] = 9000;
    behindMs[1] = 0;
    await clock.advance(1000);
    expect(chosen()).to.have.members([0, 1]);
    expect(told()).to.deep.equal(["Replica answers lists", "Replica answers lists"]);
    replicas.close();
  });

  it("are left out at once when they fail", async () => {
    const { clock, replicas, chosen, lines } = followed(["a:1", "b:1"]);
    await clock.advance(1);
    replicas.failed(1, Object.assign(new Error("secret"), { code: "ECONNRESET" }));
    expect(chosen()).to.deep.equal([0, 0]);
    expect(lines.at(-1)?.fields).to.deep.equal({
      replica: "b:1",
      reason: "The database is unavailable (ECONNRESET).",
    });
    replicas.close();
  });

  it("never answer with anything older than 10 s, also if the primary cannot be asked", async () => {
    const { clock, behindMs, primary, replicas, chosen } = followed(["a:1"]);
    behindMs[0] = 7000;
    await clock.advance(1);
    primary.isAway = true;
    await clock.advance(2900);
    expect(chosen()).to.deep.equal([0, 0]);
    await clock.advance(200);
    expect(chosen()).to.deep.equal([null, null]);
    expect(replicas.states[0]?.health.status).to.equal("degraded");
    replicas.close();
  });
});
