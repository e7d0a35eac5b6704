import { expect } from "chai";
import { asteriskCli } from "../../lab/lab.ts";
import { ApplicationProcess } from "../support/applicationProcess.ts";
import { RealSystem } from "../support/realCalls.ts";
import { methodOf } from "../support/sipp.ts";
import { until } from "../support/until.ts";

describe("a caller without callee and controller", function suite() {
  this.timeout(60_000);
  let system: RealSystem;
  let application: ApplicationProcess | null = null;
  let usual: string;

  const limit = "DEADLINE_bridge";
  const setGlobal = (value: string): Promise<string> => asteriskCli(`dialplan set global ${limit} ${value}`);

  before(async function prepare() {
    system = await RealSystem.startOrSkip(this, "749578");
    await system.application.stop("the tests run it as a process");
    usual = new RegExp(`${limit}=(\\d+)`, "u").exec(await asteriskCli("dialplan show globals"))?.[1] ?? "";
    expect(usual).to.match(/^\d+$/u);
    await setGlobal("5");
    const { port } = system.lab.application;
    application = await ApplicationProcess.start(system.settings({ HTTP_PORT: String(port) }));
  });
  after(async () => {
    await application?.end("SIGKILL");
    if (usual !== undefined) await setGlobal(usual);
    await system?.stop();
  });

  it("is freed by Asterisk", async () => {
    const { proxy, real } = await system.mapped("answersThenHangsUp");
    const call = system.dial(proxy, { script: { kind: "waits" } });
    await call.gets(200);
    await application?.end("SIGKILL");
    await until(() => system.callees.messagesOf(real).some((message) => methodOf(message) === "BYE"));
    expect(call.messages().some((message) => methodOf(message) === "BYE")).to.equal(false);
    // "callee" stands for everything behind Asterisk.
    expect((await call.result).hungUpBy).to.equal("callee");
    await until(async () => (await asteriskCli("core show channels count")).includes("0 active channels"));
  });
});
