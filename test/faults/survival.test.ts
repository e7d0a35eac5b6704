import { expect } from "chai";
import { asteriskCli } from "../../lab/lab.ts";
import { ApplicationProcess } from "../support/applicationProcess.ts";
import { RealSystem } from "../support/realCalls.ts";
import { methodOf } from "../support/sipp.ts";
import { until } from "../support/until.ts";

/** Proves that nothing hung up a call: its caller is still talking. */
const stillTalking = (call: { messages(): readonly { startLine: string }[] }): boolean =>
  !call.messages().some(({ startLine }) => startLine.startsWith("BYE "));

describe("calls survive the controller", function suite() {
  this.timeout(120_000);
  let system: RealSystem;
  let application: ApplicationProcess;

  const start = async (more: Record<string, string> = {}): Promise<void> => {
    const { port } = system.lab.application;
    application = await ApplicationProcess.start(
      system.settings({ HTTP_PORT: String(port), LOG_LEVEL: "info", ...more }),
    );
  };
  const hungUp = (real: string): boolean =>
    system.callees.messagesOf(real).some((message) => methodOf(message) === "BYE");
  const nothingLeft = (): Promise<void> =>
    until(async () => /^0 active channels/mu.test(await asteriskCli("core show channels count")));

  before(async function prepare() {
    system = await RealSystem.startOrSkip(this, "749575", { CONNECT: "dial" });
    await system.application.stop("the tests run it as a process");
  });
  beforeEach(() => start());
  afterEach(async () => {
    await application?.end("SIGKILL");
  });
  after(async () => {
    await system?.stop();
  });

  for (const signal of ["SIGTERM", "SIGKILL"] as const)
    it(`on ${signal}: conversations continue, the dialplan takes new calls, the next controller adopts the old ones`, async () => {
      const { proxy } = await system.mapped("answers");
      const call = system.dial(proxy, { script: { kind: "talks", talkMs: 15_000 } });
      await call.gets(200);
      await until(() => system.spoolKnowsAnswer(proxy));
      const code = await application.end(signal);
      expect(code).to.equal(signal === "SIGTERM" ? 0 : null);

      // Without any controller, a new caller is still connected.
      const meanwhile = await system.mapped("answers");
      const other = await system.dial(meanwhile.proxy, { script: { kind: "talks", talkMs: 100 } }).result;
      expect(other.finalCode).to.equal(200);
      system.expectMasked(other, meanwhile);

      await start();
      // From the line that Asterisk wrote in the meantime.
      expect(await system.recordOf(meanwhile.proxy)).to.include({
        call_status: "answered",
        status_reason: "caller_hung_up",
        real_phone: meanwhile.real,
      });
      expect(stillTalking(call)).to.equal(true);
      const result = await call.result;
      expect(result.hungUpBy).to.equal("caller");
      const record = await system.recordOf(proxy);
      expect(record).to.include({ call_status: "answered", status_reason: "caller_hung_up" });
      expect(record.call_duration).to.be.closeTo(result.talkMs / 1_000, 1);
      await nothingLeft();
    });

  it("releases the caller when the callee hangs up without a controller", async () => {
    const { proxy, real } = await system.mapped("answersThenHangsUp");
    const call = system.dial(proxy, { script: { kind: "waits" } });
    await call.gets(200);
    await application.end("SIGKILL");
    await until(() => hungUp(real));
    expect((await call.result).hungUpBy).to.equal("callee");
    await nothingLeft();
    await start();
    expect(await system.recordOf(proxy)).to.include({
      call_status: "answered",
      status_reason: "callee_hung_up",
      ended_by: "callee",
    });
  });

  it("keeps ringing, and connects under the next controller", async () => {
    const patient = { RING_TIMEOUT_SECONDS: "12" };
    await application.end("SIGTERM");
    await start(patient);
    const { proxy } = await system.mapped("ringsForEver");
    const call = system.dial(proxy, { script: { kind: "waits" } });
    await call.gets(180);
    await application.end("SIGKILL");
    await start(patient);
    // The ring time goes on under the controller that adopted the call.
    expect((await call.result).finalCode).to.equal(480);
    expect(await system.recordOf(proxy)).to.include({
      call_status: "no_answer",
      status_reason: "ring_timeout",
    });
    await nothingLeft();
  });

  it("writes the record of a call that ended without a controller", async () => {
    const { proxy } = await system.mapped("answers");
    const call = system.dial(proxy, { script: { kind: "talks", talkMs: 400 } });
    await call.gets(200);
    await application.end("SIGKILL");
    const { talkMs } = await call.result;
    await start();
    const record = await system.recordOf(proxy);
    expect(record).to.include({ call_status: "answered", status_reason: "caller_hung_up" });
    expect(record.call_duration).to.be.closeTo(talkMs / 1_000, 1);
    await nothingLeft();
  });

  it("ends a call at Asterisk's own limit without a controller", async () => {
    await application.end("SIGTERM");
    await start({ MAX_CALL_SECONDS: "1", RING_TIMEOUT_SECONDS: "1" });
    const { proxy, real } = await system.mapped("answers");
    const call = system.dial(proxy, { script: { kind: "waits" } });
    await call.gets(200);
    await application.end("SIGKILL");
    await until(() => hungUp(real));
    await start();
    expect((await call.result).hungUpBy).to.equal("callee");
    const record = await system.recordOf(proxy);
    expect(record).to.include({ call_status: "answered", status_reason: "max_length" });
    // Whole seconds: a busy machine may end it half a second later.
    expect(record.call_duration).to.be.within(1, 3);
    await nothingLeft();
  });
});
