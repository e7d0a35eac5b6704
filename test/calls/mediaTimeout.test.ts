import { expect } from "chai";
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
const paths: readonly CallPath[] = ["dial", "odbc"];

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
    const silentCall = async (identityHeaders: readonly string[] = []): Promise<CallRow> => {
      const { proxy } = await on.system.mapped("answers");
      const from = `7916560${index}${String((serial += 1)).padStart(3, "0")}`;
      const { hungUpBy } = await on.system.dial(proxy, { from, script: { kind: "waits" }, identityHeaders })
        .result;
      expect(hungUpBy).to.equal("callee");
      let row = await on.system.recordOfCaller(from);
      await until(async () => (row = await on.system.recordOfCaller(from)).source === 2);
      return row;
    };
    const mediaTimeout = { call_status: "answered", status_reason: "media_timeout", ended_by: "system" };

    it("is ended, and recorded as a media timeout, if the caller sends none", async () => {
      expect(await silentCall(["X-Impatient: yes"])).to.include({
        ...mediaTimeout,
        inbound_trunk: "trunk-in",
      });
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
