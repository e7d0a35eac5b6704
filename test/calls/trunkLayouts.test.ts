import { expect } from "chai";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { asteriskCli } from "../../lab/lab.ts";
import { labLayout } from "../../lab/layout.ts";
import { startSome } from "../support/callPaths.ts";
import { RealSystem } from "../support/realCalls.ts";
import { labOrSkip } from "../support/requirements.ts";
import { SipSender } from "../support/sipSender.ts";
import { until } from "../support/until.ts";

/** What the comments of `pjsip.conf` say about a single endpoint for each trunk. */
function withSingleEndpoints(shipped: string): string {
  const single = /write: match_request_uri = (\S+)$/mu.exec(shipped)?.[1];
  if (single === undefined) throw new Error("The comment about a single endpoint is gone.");
  return shipped
    .replaceAll(/^\[trunk-(?:in|out)-\d(?:-identify)?\]\((?:inbound|outbound|way)\)\n(?:[^[;\n].*\n)*/gmu, "")
    .replace(
      /(\[trunk-in-identify\].*\nendpoint = trunk-in\nmatch_request_uri = ).*/u,
      (_, start: string) => start + single,
    );
}

/** Callers of the inbound and of the outbound provider. */
const insider = "79161234567";
const outsider = "79161239999";

interface Health {
  readonly parts: Readonly<Record<string, { readonly kind: string; readonly status: string }>>;
}

for (const [index, [layout, change]] of (
  [
    ["ten endpoints", (shipped: string) => shipped],
    ["one endpoint", withSingleEndpoints],
  ] as const
).entries())
  describe(`trunks of ${layout}`, function suite() {
    this.timeout(90_000);
    const file = join(labLayout().root, "etc/asterisk/pjsip.conf");
    let system: RealSystem;
    let sender: SipSender;
    let shipped = "";
    let serial = 0;

    const reload = async (text: string): Promise<void> => {
      await writeFile(file, text);
      await asteriskCli("module reload res_pjsip.so");
      await asteriskCli("module reload res_pjsip_endpoint_identifier_ip.so");
    };
    const endpoints = async (): Promise<readonly string[]> => {
      const list = await asteriskCli("pjsip show endpoints");
      // Without that of the benchmarks.
      return [...list.matchAll(/^ *Endpoint: +(trunk-(?!out-w )[\w-]+) /gmu)].map(([, name]) => name ?? "");
    };

    before(async function prepare() {
      const lab = await labOrSkip(this);
      shipped = await readFile(file, "utf8");
      if (layout === "one endpoint") {
        await reload(change(shipped));
        await until(async () => (await endpoints()).length === 3);
      }
      system = await RealSystem.startOrSkip(this, `74950${index}`);
      sender = await SipSender.open(lab.inboundProvider.host, lab.sip);
    });
    after(async () => {
      await sender?.close();
      await system?.stop();
      if (shipped !== "" && layout === "one endpoint") await reload(shipped);
    });

    /** Final code of a call from this address; by default from the inbound provider's. */
    const call = async (user: string, from: SipSender = sender): Promise<number> => {
      const callId = `layout-${index}-${(serial += 1)}`;
      from.invite(callId, { user, from: `<sip:${from === sender ? insider : outsider}@provider.invalid>` });
      return from.finalCode(callId);
    };

    it("have these endpoints", async () => {
      const digits = layout === "ten endpoints" ? Array.from({ length: 10 }, (_, digit) => `-${digit}`) : [];
      expect(await endpoints()).to.have.members(
        ["", ...digits].flatMap((end) => [`trunk-in${end}`, `trunk-out${end}`]).concat("trunk-in-zero"),
      );
    });

    it("take calls to numbers with every last digit, and record one trunk", async () => {
      const mapped = await Promise.all(Array.from({ length: 10 }, () => system.mapped("busy")));
      const codes = startSome(mapped, 5, ({ proxy }) => call(proxy));
      for (const { proxy } of mapped) {
        const row = await system.recordOf(proxy);
        expect(row).to.include({
          call_status: "busy",
          status_reason: null,
          inbound_trunk: "trunk-in",
          outbound_trunk: "trunk-out",
        });
      }
      expect(await Promise.all(codes.values())).to.deep.equal(mapped.map(() => 486));
    });

    it("refuse invalid numbers, with a record", async () => {
      const rows = await system.recordsFromNow();
      const number = system.freeProxyNumber();
      const broken = [`${number}%00`, `${number}%00%31`, `${number}x`, "%00", "%41"];
      for (const user of broken) expect(await call(user), user).to.equal(484);
      await until(async () => (await rows()).length === broken.length);
      for (const row of await rows())
        expect(row).to.include({ status_reason: "invalid_number", inbound_trunk: "trunk-in" });
    });

    it("let no call of the outbound provider in", async () => {
      const { outboundProvider, sip } = system.lab;
      const { proxy, real } = await system.mapped("answers");
      const rows = await system.recordsFromNow();
      const outbound = await SipSender.open(outboundProvider.host, sip);
      try {
        for (const user of [proxy, `+${proxy}`, `${proxy}%00`, `${proxy}x`, "s"])
          expect(await call(user, outbound), user).to.equal(404);
      } finally {
        await outbound.close();
      }
      // A call that has its record shows that theirs would be there.
      const last = system.freeProxyNumber();
      expect(await call(last)).to.equal(404);
      await system.recordOf(last);
      expect((await rows()).map(({ caller_id }) => caller_id)).not.to.include(outsider);
      expect(system.callees.messagesOf(real)).to.deep.equal([]);
    });

    it("are one trunk in health and metrics", async () => {
      const { url } = system.application;
      const trunks = async (): Promise<readonly (readonly [string, string])[]> => {
        const { parts } = (await (await fetch(`${url}/health`)).json()) as Health;
        return Object.entries(parts).flatMap(([name, { kind, status }]) =>
          kind === "trunk" ? [[name, status] as const] : [],
        );
      };
      await until(async () => (await trunks())[0]?.[1] === "up");
      expect(await trunks()).to.deep.equal([["trunk trunk-out", "up"]]);
      const metrics = await (await fetch(`${url}/metrics`)).text();
      expect(metrics.match(/^phone_proxy_trunk_reachable\{.*$/gmu)).to.have.length(1);
      expect(metrics).to.match(/^phone_proxy_trunk_reachable\{trunk="trunk-out",.*\} 1$/mu);
      expect(metrics).not.to.match(/trunk-(?:in|out)-\d/u);
    });
  });
