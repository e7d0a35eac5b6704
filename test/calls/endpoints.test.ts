import { expect } from "chai";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { asteriskCli, type LabAddresses } from "../../lab/lab.ts";
import { labLayout } from "../../lab/layout.ts";
import { endLines, forgetLines } from "../support/callFile.ts";
import { giveDialplan } from "../support/dialplanSettings.ts";
import { labOrSkip } from "../support/requirements.ts";
import { type Callees, type PlacedCall, placeCall, startCallees } from "../support/sipp.ts";
import { until } from "../support/until.ts";

/** The settings that hide the parties from each other, on every endpoint that carries a call. */
const masking: Readonly<Record<string, string>> = {
  send_connected_line: "no",
  trust_connected_line: "no",
  trust_id_outbound: "false",
  direct_media: "false",
  allow_transfer: "false",
  allow_subscribe: "false",
  send_diversion: "false",
  send_history_info: "false",
  redirect_method: "user",
  contact_user: "proxy",
  sdp_owner: "-",
  sdp_session: "-",
};
const inbound = { ...masking, context: "incoming", trust_id_inbound: "true" };
const outbound = { ...masking, context: "from-trunk-out", trust_id_inbound: "false", aors: "trunk-out" };

const digits = Array.from({ length: 10 }, (_, digit) => digit);
const expected = new Map<string, Readonly<Record<string, string>>>([
  ["replacing", { context: "replacing", allow_transfer: "false", allow_subscribe: "false" }],
  ...["trunk-in", "trunk-in-zero", ...digits.map((digit) => `trunk-in-${digit}`)].map(
    (name) => [name, inbound] as const,
  ),
  ...["trunk-out", ...digits.map((digit) => `trunk-out-${digit}`)].map((name) => [name, outbound] as const),
]);

describe("the endpoints of the shipped configuration", function suite() {
  this.timeout(60_000);
  let lab: LabAddresses;
  let callees: Callees;

  before(async function prepare() {
    lab = await labOrSkip(this);
    await forgetLines();
    // The calls have to last until they have been counted.
    await giveDialplan(lab, { ANNOUNCEMENT_UNKNOWN: "sound:ss-noservice" });
    callees = await startCallees();
  });
  after(() => callees?.stop());

  it("all hide the parties from each other", async () => {
    // Without that of the benchmarks.
    const list = await asteriskCli("pjsip show endpoints");
    const names = [...list.matchAll(/^ *Endpoint: +(?!trunk-out-w )([\w-]+) /gmu)].map(
      ([, name]) => name ?? "",
    );
    expect(names).to.have.members([...expected.keys()]);
    for (const [name, options] of expected) {
      const shown = await asteriskCli(`pjsip show endpoint ${name}`);
      const found = Object.fromEntries(
        [...shown.matchAll(/^ *(\w+) +: (.*?) *$/gmu)].map(([, option = "", value = ""]) => [option, value]),
      );
      expect(found, name).to.include(options);
    }
  });

  const call = (to: string, host: string): PlacedCall =>
    placeCall({ to, from: "79161234567", host, script: { kind: "waits" } });

  it("take the calls of the inbound provider by the last digit, and count them as one trunk", async () => {
    const dialled = [
      ...digits.map((digit) => [`7495706000${digit}`, `trunk-in-${digit}`] as const),
      ["+74957060017;npdi", "trunk-in-7"],
      ["74957060018x", "trunk-in"],
    ] as const;
    const calls = dialled.map(([to]) => call(to, lab.inboundProvider.host));
    const channels = new Set<string>();
    const lasting = digits.map((digit) => `trunk-in-${digit}`);
    // The announcement of an unknown number lasts for seconds. Calls begin one after the other.
    await until(async () => {
      const shown = await asteriskCli("core show channels concise");
      for (const [, name = ""] of shown.matchAll(/^PJSIP\/([\w-]+)-[0-9a-f]{8}!/gmu)) channels.add(name);
      return lasting.every((name) => channels.has(name));
    });
    await Promise.all(calls.map((placed) => placed.result));
    // The call that is refused at once may have been seen, or not.
    channels.delete("trunk-in");
    expect([...channels].toSorted()).to.deep.equal(lasting);
    const lines = await endLines();
    expect(lines).to.have.length(dialled.length);
    expect(new Set(lines.map(({ trunkIn }) => trunkIn))).to.deep.equal(new Set(["trunk-in"]));
  });

  it("let no one else in, and do not name the numbers of those who try", async () => {
    await forgetLines();
    const results = [];
    for (const host of [lab.outboundProvider.host, "127.0.0.9"])
      for (const to of [...digits.map((digit) => `7495706100${digit}`), "7495706100x", "+74957061000;npdi"])
        results.push(call(to, host).result.then(({ finalCode }) => [host, finalCode] as const));
    const codes = await Promise.all(results);
    for (const [host, code] of codes)
      expect(code, host).to.equal(host === lab.outboundProvider.host ? 404 : 403);
    expect(await endLines()).to.deep.equal([]);
    expect(callees.messages()).to.deep.equal([]);
    const log = await readFile(join(labLayout().root, "var/log/asterisk/messages.log"), "utf8");
    expect(log.split("\n").filter((line) => line.includes("7495706"))).to.deep.equal([]);
  });
});
