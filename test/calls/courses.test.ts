import { expect } from "chai";
import { decideAndFollow } from "../../lab/simulated/decideAndFollow.ts";
import { asteriskCli } from "../../lab/lab.ts";
import type { AriEvent } from "../../src/ari/generated/models.ts";
import { callCourses, lineFacts, missingTrunk, toldBy } from "../support/callCourses.ts";
import { giveDialplan } from "../support/dialplanSettings.ts";
import { endOf, forgetLines } from "../support/callFile.ts";
import { labOrSkip } from "../support/requirements.ts";
import { type Callees, placeCall, realNumberOf, startCallees } from "../support/sipp.ts";
import { until } from "../support/until.ts";
import { closeAll, open } from "../unit/ari/support.ts";

const events = [
  "StasisStart",
  "StasisEnd",
  "ChannelStateChange",
  "ChannelHangupRequest",
  "ChannelDestroyed",
] as const;

/** Settings of the dialplan for these calls; a trunk that does not answer at all counts as silent sooner. */
const settings = { CONNECT: "dial", RING_SECONDS: "3", SILENT_SECONDS: "2", TRUNK_2: missingTrunk };

/** The same table as in `test/unit/lab/simulated/dialCourses.test.ts`. */
describe("A call that a real Asterisk connects by itself", function suite() {
  this.timeout(60_000);
  let callees: Callees;
  let told: readonly AriEvent[];
  let usual: Readonly<Record<string, string>>;
  let serial = 0;
  let route = "1-d";

  before(async function prepare() {
    const lab = await labOrSkip(this);
    // It still has those of the last application.
    await giveDialplan(lab);
    callees = await startCallees();
    await forgetLines();
    const watched = open({ name: "lab", application: "phone-proxy", ...lab.ari }, { events: [...events] });
    told = watched.events;
    const { subscribed } = decideAndFollow(watched.connection, {
      decide: ([, proxy = ""]) => ({ context: "connect", extension: `${realOf(proxy)}*${proxy}**${route}` }),
    });
    await until(subscribed);
    // The first call loads the dialplan's own settings.
    await placeCall({ to: proxyOf(realNumberOf("busy", (serial += 1))), script: { kind: "waits" } }).result;
    usual = await globals();
    await setGlobals(settings);
  });
  after(async () => {
    if (usual !== undefined)
      await setGlobals(Object.fromEntries(Object.keys(settings).map((name) => [name, usual[name] ?? ""])));
    await callees?.stop();
    await closeAll();
  });

  for (const { name, callee, caller, course, ...rest } of callCourses)
    it(`when ${name}: ${course.callerSees}, ${course.line.dialStatus}`, async () => {
      const proxy = proxyOf(realNumberOf(callee, (serial += 1)));
      route = rest.route ?? "1-d";
      const result = await placeCall({ to: proxy, script: caller }).result;
      const line = await endOf(proxy);
      await until(() => {
        const { leg } = toldBy(told, line.callId);
        return course.leg === "" || (typeof leg === "string" && leg.includes("Destroyed"));
      });

      const { provisionalCodes, finalCode, hungUpBy } = result;
      const codes = [...provisionalCodes.filter((code) => code !== 100), finalCode];
      expect([...codes, ...(hungUpBy === "callee" ? ["BYE"] : [])].join(" ")).to.equal(course.callerSees);
      const seen = toldBy(told, line.callId);
      expect(course.leg, "events of the leg").to.include(seen.leg);
      expect(seen.end).to.equal(course.end);
      expect(lineFacts(line)).to.deep.equal(course.line);
    });
});

/** Proxy number of the real number: the same with 5 for the 9 after the country code. */
const proxyOf = (real: string): string => real.replace(/^79/u, "75");
const realOf = (proxy: string): string => proxy.replace(/^75/u, "79");

async function globals(): Promise<Readonly<Record<string, string>>> {
  const lines = (await asteriskCli("dialplan show globals")).split("\n");
  return Object.fromEntries(lines.map((line) => line.trim().split(/=(.*)/u)));
}

async function setGlobals(values: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(values))
    await asteriskCli(`dialplan set global ${name} ${value}`);
}
