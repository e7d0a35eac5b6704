import { expect } from "chai";
import type { RowDataPacket } from "mysql2/promise";
import { testCallSeconds } from "../../src/values/testCall.ts";
import { type Mapped, RealSystem } from "../support/realCalls.ts";
import { headerValues, methodOf } from "../support/sipp.ts";
import { until } from "../support/until.ts";

interface Progress {
  readonly state: string;
  readonly outcome: { readonly status: string; readonly cause: number | null } | null;
}

/** Three times what is promised. */
const soon = { everyMs: 50 };

for (const connect of ["dial", "bridge"])
  describe(`A test call, CONNECT=${connect}`, function suite() {
    this.timeout(60_000);
    let system: RealSystem;

    before(async function prepare() {
      const prefix = connect === "dial" ? "749596" : "749597";
      system = await RealSystem.startOrSkip(this, prefix, { CONNECT: connect });
    });
    after(() => system?.stop());

    const request = async (method: string, path: string): Promise<{ status: number; body: unknown }> => {
      const answer = await fetch(system.application.url + path, { method });
      return { status: answer.status, body: await answer.json() };
    };

    const idOf = async ({ proxy }: Mapped): Promise<number> => {
      const [[row]] = await system.database.query<RowDataPacket[]>(
        "SELECT id FROM phone_mappings WHERE fake_phone = ?",
        [proxy],
      );
      return Number(row?.["id"]);
    };

    const place = async (mapped: Mapped): ReturnType<typeof request> =>
      request("POST", `/mappings/${await idOf(mapped)}/test-call`);

    const placed = async (mapped: Mapped): Promise<string> => {
      let answer = await place(mapped);
      // A controller is known to all instances half a second after it has connected.
      await until(async () => answer.status !== 503 || (answer = await place(mapped)).status !== 503, soon);
      const { status, body } = answer;
      expect(body).to.include({ mostSeconds: testCallSeconds });
      expect(status).to.equal(202);
      return (body as { readonly callId: string }).callId;
    };

    const progressOf = async (callId: string): Promise<Progress | null> => {
      const { status, body } = await request("GET", `/test-calls/${encodeURIComponent(callId)}`);
      return status === 200 ? (body as Progress) : null;
    };

    const reaches = (callId: string, state: string): Promise<void> =>
      until(async () => (await progressOf(callId))?.state === state, soon);

    /** Until Asterisk ends this channel by itself. */
    const secondsLeft = async (channelId: string): Promise<number> => {
      const { url, username, password } = system.lab.ari;
      const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
      const path = `/ari/channels/${encodeURIComponent(channelId)}/variable?variable=TIMEOUT(absolute)`;
      const answer = await fetch(url + path, { headers: { authorization } });
      return Number(((await answer.json()) as { readonly value: string }).value);
    };

    it("rings at the real number with the proxy number, beeps, and is recorded as a test call", async () => {
      const mapped = await system.mapped("ringsThenAnswers");
      const other = await system.mapped("answers");
      await system.hearing(async (_, calleeEar) => {
        const callId = await placed(mapped);
        await reaches(callId, "ringing");
        await reaches(callId, "talking");
        const [invite] = system.callees.messagesOf(mapped.real).filter((one) => methodOf(one) === "INVITE");
        if (invite === undefined) throw new Error("The callee got no INVITE");
        expect(headerValues(invite, "From").join()).to.contain(`<sip:${mapped.proxy}@`);
        await until(() => calleeEar.heardSounds() > 0, soon);
        const second = await place(other);
        expect(second).to.deep.include({ status: 409 });
        expect(second.body).to.include({ code: "TEST_CALL_UNDER_WAY" });
        // Asterisk ends both sides in time, whatever happens to the application.
        for (const side of ["phone-proxy-test-call", callId])
          expect(await secondsLeft(side), side)
            .to.be.above(0)
            .and.at.most(testCallSeconds);
        const hungUp = await request("POST", `/calls/${encodeURIComponent(callId)}/hangup`);
        expect(hungUp.status).to.equal(202);
        await reaches(callId, "ended");
        expect((await progressOf(callId))?.outcome).to.include({ status: "answered" });
        expect(await system.recordOf(mapped.proxy)).to.include({
          call_id: callId,
          call_status: "answered",
          status_reason: "supervisor",
          inbound_trunk: "test-call",
          outbound_trunk: "trunk-out",
          caller_id: "",
          shown_number: mapped.proxy,
          real_phone: mapped.real,
        });
        expect(system.callees.messagesOf(other.real)).to.deep.equal([]);
        const [audited] = await system.database.query<RowDataPacket[]>(
          "SELECT outcome, target_kind, target_id, details FROM audit_log WHERE action = 'test-call' ORDER BY id DESC LIMIT 2",
        );
        const id = await idOf(mapped);
        expect(audited[1]).to.include({ outcome: "done", target_kind: "mappings", target_id: String(id) });
        expect(audited[0]).to.include({ outcome: "failed" });
        expect(JSON.stringify(audited)).to.not.contain(mapped.real).and.not.contain(mapped.proxy);
        await system.quiet();
      });
    });

    it("shows that the callee is busy", async () => {
      const mapped = await system.mapped("busy");
      const callId = await placed(mapped);
      await reaches(callId, "ended");
      expect((await progressOf(callId))?.outcome).to.include({ status: "busy", cause: 17 });
      expect(await system.recordOf(mapped.proxy)).to.include({
        call_status: "busy",
        inbound_trunk: "test-call",
      });
    });

    it("survives the controller, and the next one knows it as a test call", async () => {
      const mapped = await system.mapped("answers");
      const callId = await placed(mapped);
      await reaches(callId, "talking");
      await system.application.stop("the next controller follows");
      await system.startApplication();
      await reaches(callId, "talking");
      expect((await place(mapped)).body).to.include({ code: "TEST_CALL_UNDER_WAY" });
      await until(
        async () => (await request("POST", `/calls/${encodeURIComponent(callId)}/hangup`)).status === 202,
        soon,
      );
      expect(await system.recordOf(mapped.proxy)).to.include({
        call_id: callId,
        call_status: "answered",
        inbound_trunk: "test-call",
      });
      await system.quiet();
    });

    it("is refused where a call would be", async () => {
      const disabled = await system.mapped("answers", { state: "disabled" });
      const refused = await place(disabled);
      expect(refused.status).to.equal(409);
      expect(refused.body).to.include({ code: "TEST_CALL_WOULD_BE_REFUSED", callStatus: "disabled" });
      expect(JSON.stringify(refused.body)).to.not.contain(disabled.real);
    });
  });
