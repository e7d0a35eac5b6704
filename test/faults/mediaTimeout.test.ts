import { expect } from "chai";
import { asteriskCli } from "../../lab/lab.ts";
import { recordSources } from "../../src/values/callRecord.ts";
import { type CallPath, SystemOnPath } from "../support/callPaths.ts";
import { addEndpoints } from "../support/extraEndpoints.ts";
import { labOrSkip } from "../support/requirements.ts";
import type { CallRow } from "../support/realCalls.ts";
import { until } from "../support/until.ts";

/** Endpoints of both trunks that miss audio after two seconds. A header chooses the inbound one. */
const impatient = `
[impatient-in](inbound)
rtp_timeout = 2

[impatient-in-identify]
type = identify
endpoint = impatient-in
match_header = X-Impatient: yes

[impatient-out](outbound)
rtp_timeout = 2
`;
const paths: readonly CallPath[] = ["dial", "odbc", "bridge"];

for (const [index, path] of paths.entries())
  describe(`a conversation without audio, on the path "${path}"`, function suite() {
    this.timeout(60_000);
    let on: SystemOnPath;
    let removeEndpoints: (() => Promise<void>) | undefined;
    let serial = 0;

    before(async function prepare() {
      await labOrSkip(this);
      removeEndpoints = await addEndpoints("impatient-out", impatient);
      on = await SystemOnPath.startOrSkip(this, path, `74956${index}`);
    });
    after(async () => {
      await on?.stop();
      await removeEndpoints?.();
    });

    /** The record of a call in which neither party says anything or hangs up. */
    const silentCall = async (
      identityHeaders: readonly string[] = [],
      answered?: () => Promise<void>,
    ): Promise<CallRow> => {
      const { proxy } = await on.system.mapped("answers");
      const from = `7916560${index}${String((serial += 1)).padStart(3, "0")}`;
      const call = on.system.dial(proxy, { from, script: { kind: "waits" }, identityHeaders });
      await call.gets(200);
      await answered?.();
      expect((await call.result).hungUpBy).to.equal("callee");
      const source = path === "bridge" ? recordSources.controller : recordSources.asterisk;
      let row = await on.system.recordOfCaller(from);
      await until(async () => (row = await on.system.recordOfCaller(from)).source === source);
      return row;
    };
    const mediaTimeout = { call_status: "answered", status_reason: "media_timeout", ended_by: "system" };

    it("is ended, and recorded as a media timeout, if the caller sends none", async () => {
      expect(await silentCall(["X-Impatient: yes"])).to.include({
        ...mediaTimeout,
        inbound_trunk: "trunk-in",
      });
    });

    for (const trunk of ["trunk-in", "trunk-out"])
      it(`is not recorded as a media timeout if an operator ends the channel on ${trunk}`, async () => {
        const row = await silentCall([], async () => {
          const channels = await asteriskCli("core show channels concise");
          const [channel] = channels.split("\n").filter((line) => line.startsWith(`PJSIP/${trunk}`));
          await asteriskCli(`channel request hangup ${channel?.split("!")[0]}`);
        });
        expect(row).to.include({ call_status: "answered", status_reason: null, ended_by: "system" });
      });

    it("is ended, and recorded as a media timeout, if the callee sends none", async () => {
      await on.use({ OUTBOUND_TRUNKS: JSON.stringify([{ name: "impatient-out" }]) });
      try {
        expect(await silentCall()).to.include({ ...mediaTimeout, outbound_trunk: "impatient-out" });
      } finally {
        await on.use({});
      }
    });
  });
