import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import { ApplicationProcess } from "../support/applicationProcess.ts";
import { type Mapped, RealSystem } from "../support/realCalls.ts";
import {
  CALLEE_RINGS_LONG_MS,
  type CalleeBehaviour,
  type CallResult,
  type PlacedCall,
} from "../support/sipp.ts";
import { methodOf, type SipMessage, statusOf } from "../support/sipp.ts";

/** Longer than the ring time-out: the timer is due when the process runs again. */
const frozenMs = 6_000;

describe("calls survive a frozen controller", function suite() {
  this.timeout(120_000);
  let system: RealSystem;
  let application: ApplicationProcess;

  before(async function prepare() {
    system = await RealSystem.startOrSkip(this, "749574");
    await system.application.stop("the tests run it as a process");
  });
  beforeEach(async () => {
    const { port } = system.lab.application;
    application = await ApplicationProcess.start(
      system.settings({ HTTP_PORT: String(port), LOG_LEVEL: "info", RING_TIMEOUT_SECONDS: "5" }),
    );
  });
  afterEach(async () => {
    await application?.end("SIGKILL");
  });
  after(async () => {
    await system?.stop();
  });

  interface Talk {
    readonly mapped: Mapped;
    readonly call: PlacedCall;
    readonly talkMs: number;
  }

  const talks = (behaviour: CalleeBehaviour, lengthsMs: readonly number[]): Promise<Talk[]> =>
    Promise.all(
      lengthsMs.map(async (talkMs) => {
        const mapped = await system.mapped(behaviour);
        return { mapped, talkMs, call: system.dial(mapped.proxy, { script: { kind: "talks", talkMs } }) };
      }),
    );

  const freeze = async (): Promise<void> => {
    application.freeze();
    await delay(frozenMs);
    application.thaw();
  };

  const is = (code: number) => (message: SipMessage) =>
    message.direction === "received" && methodOf(message) === "INVITE" && statusOf(message) === code;
  const timeOf = (result: CallResult, which: (message: SipMessage) => boolean): number =>
    result.messages.find(which)?.atMs ?? Number.NaN;

  /** Compares the record with SIPp's trace. */
  const expectTrueRecord = async ({ mapped, call, talkMs }: Talk): Promise<void> => {
    const result = await call.result;
    expect(result).to.include({ finalCode: 200, hungUpBy: "caller", scriptFollowed: true });
    expect(result.talkMs).to.be.within(talkMs - 200, talkMs + 1_000);
    const record = await system.recordOf(mapped.proxy);
    expect(record).to.include({ call_status: "answered", status_reason: "caller_hung_up" });
    const answeredMs = timeOf(result, is(200));
    const endedMs = timeOf(result, ({ startLine }) => startLine.startsWith("BYE "));
    expect(record.call_duration).to.be.closeTo(result.talkMs / 1_000, 1);
    expect(record.answered_at?.getTime()).to.be.closeTo(answeredMs, 1_000);
    expect(record.ended_at?.getTime()).to.be.closeTo(endedMs, 1_000);
    expect(record.ring_seconds).to.be.closeTo((answeredMs - timeOf(result, is(180))) / 1_000, 1);
  };

  it(`for ${frozenMs} ms while they ring and are answered: all conversations continue, with true times in the records`, async () => {
    // Half of them hang up while it is frozen, the others long after.
    const ringing = await talks("ringsLongThenAnswers", [1_500, 2_000, 2_500, 8_000, 8_500, 9_000]);
    await Promise.all(ringing.map(({ call }) => call.gets(180)));
    const answered = ringing.filter(({ call }) => call.messages().some(is(200)));
    expect(answered, "calls answered before the freeze").to.have.length(0);
    await freeze();
    for (const talk of ringing) await expectTrueRecord(talk);
    expect(CALLEE_RINGS_LONG_MS).to.be.below(frozenMs);
  });

  it(`for ${frozenMs} ms while they talk, with true times in the records`, async () => {
    const talking = await talks("answers", [2_000, 2_500, 3_000, 8_000, 8_500, 9_000]);
    await Promise.all(talking.map(({ call }) => call.gets(200)));
    await freeze();
    for (const talk of talking) await expectTrueRecord(talk);
  });
});
