import { expect } from "chai";
import { ApplicationProcess } from "../support/applicationProcess.ts";
import { caller, RealSystem } from "../support/realCalls.ts";
import { scriptFor } from "../support/callerScripts.ts";
import { AsteriskLog } from "../support/asteriskLog.ts";
import { hostileCalls, isCall, sendHostile } from "../support/hostileCalls.ts";
import { SipSender } from "../support/sipSender.ts";
import type { CalleeBehaviour } from "../support/sipp.ts";
import { startTroubledProxy, type TroubledProxy } from "../support/troubledProxy.ts";
import { until } from "../support/until.ts";

const behaviours: readonly CalleeBehaviour[] = [
  "answers",
  "answersThenHangsUp",
  "earlyMediaThenAnswers",
  "busy",
  "notFound",
  "redirects",
  "answersThenRefers",
  "tellsItsNumber",
  "ringsForEver",
  "serviceUnavailable",
];

const hostileMessages = 200;

describe("the numbers of callers and callees after real calls", function suite() {
  this.timeout(120_000);
  let system: RealSystem;
  let application: ApplicationProcess | null = null;
  let mysql: TroubledProxy | null = null;
  const numbers = new Set([caller.number]);

  before(async function prepare() {
    system = await RealSystem.startOrSkip(this, "749579");
    await system.application.stop("the tests run it as a process");
    mysql = await startTroubledProxy(system.lab.mysql);
    const url = new URL(system.lab.mysql.url);
    url.host = `${mysql.host}:${mysql.port}`;
    application = await ApplicationProcess.start(
      system.settings({
        DATABASE_URL: url.href,
        HTTP_PORT: String(system.lab.application.port),
        LOG_LEVEL: "debug",
        LOG_FORMAT: "json",
        OUTBOUND_TRUNKS: JSON.stringify([{ name: "no-such-trunk" }, { name: "trunk-out", dialPrefix: "+" }]),
      }),
    );
  });
  after(async () => {
    await application?.end("SIGKILL");
    await mysql?.close();
    await system?.stop();
  });

  /** Lines that contain one of the numbers, in any notation; each number by its last nine digits. */
  const tellingLines = (text: string): string[] => {
    const ends = [...numbers].map((number) => number.slice(-9));
    return text.split("\n").filter((line) => {
      const squeezed = line.replaceAll(/(?<=\d)[ ().-]+(?=\d)/gu, "");
      return ends.some((end) => line.includes(end) || squeezed.includes(end));
    });
  };

  it("are not in the log at debug level, in metrics, or in health", async () => {
    if (application === null || mysql === null) throw new Error("It has not started");
    const asteriskLog = new AsteriskLog();
    const { url } = application;
    for (const behaviour of behaviours) {
      const mapped = await system.mapped(behaviour);
      numbers.add(mapped.proxy).add(mapped.real);
      await system.dial(mapped.proxy, { script: scriptFor(behaviour) }).result;
      await system.recordOf(mapped.proxy);
    }
    const refused = [
      await system.mapped("answers", { state: "disabled" }),
      await system.mapped("answers", { expires_at: "2020-01-01 00:00:00" }),
    ];
    const unknown = system.freeProxyNumber();
    const notLookedUp = await system.mapped("answers");
    for (const { proxy, real } of [...refused, notLookedUp]) numbers.add(proxy).add(real);
    numbers.add(unknown);
    for (const number of [...refused.map(({ proxy }) => proxy), unknown, `+${unknown}0000000`, `${unknown}x`])
      await system.dial(number).result;

    const sender = await SipSender.open(system.lab.inboundProvider.host, system.lab.sip);
    const hostile = hostileCalls(hostileMessages, 79, "749578");
    for (const { number, caller: hostileCaller } of hostile) numbers.add(number).add(hostileCaller);
    await sendHostile(sender, hostile, 20);
    expect(hostile.filter((call) => isCall(sender, call)).length).to.be.greaterThan(hostileMessages / 2);
    await sender.close();

    // Failures cause most log lines.
    mysql.cut();
    expect((await system.dial(notLookedUp.proxy).result).finalCode).to.equal(503);
    await fetch(`${url}/lookup/real/${notLookedUp.proxy}?x=${notLookedUp.real}`);
    const unready = await (await fetch(`${url}/health`)).text();
    mysql.heal();
    await fetch(`${url}/lookup/real/${notLookedUp.proxy}`);
    await fetch(`${url}/lookup/fake/${notLookedUp.real}`);
    await until(async () => (await (await fetch(`${url}/health`)).text()).includes('"status":"up"'));

    const metrics = await (await fetch(`${url}/metrics`)).text();
    const health = await (await fetch(`${url}/health`)).text();
    await application.end("SIGTERM");
    const log = application.output;
    // It is the whole log of these calls that was searched.
    for (const state of ["lookingUp", "talking", "ended"]) expect(log).to.contain(`-> ${state}`);
    expect(log.split("\n").length).to.be.greaterThan(behaviours.length * 5);
    expect(metrics).to.match(/calls/u);
    // The first trunk does not exist, which Asterisk notes for each call.
    expect(asteriskLog.lines.join("\n")).to.contain("no-such-trunk");
    for (const text of [log, metrics, health, unready, asteriskLog.lines.join("\n")])
      expect(tellingLines(text)).to.deep.equal([]);
  });
});
