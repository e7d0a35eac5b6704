import { expect } from "chai";
import { type CallScenario, callScenarios, statesByDialling } from "../support/scenarios.ts";
import { RealSystem } from "../support/realCalls.ts";

/** SIP code that a real caller receives on cancelling. */
const expectScenario = async (
  system: RealSystem,
  scenario: CallScenario,
  connect: "dial" | "bridge",
): Promise<void> => {
  const mapped = await system.mapped(scenario.callee);
  const result = await system.dial(mapped.proxy, { script: scenario.caller }).result;
  expect(result.finalCode, scenario.name).to.equal(scenario.sip);
  const record = await system.recordOf(mapped.proxy);
  expect(record).to.include({
    call_status: scenario.status,
    status_reason: scenario.reason,
    real_phone: mapped.real,
    caller_id: "79161234567",
    inbound_trunk: "trunk-in",
    outbound_trunk: "trunk-out",
    node: "test-node",
  });
  if (scenario.calleeSip !== undefined) expect(record.sip_code).to.equal(scenario.calleeSip);
  await system.quiet();
  expect(system.states.of(record.call_id)).to.deep.equal(
    connect === "dial" ? statesByDialling(scenario) : scenario.states,
  );
  system.expectMasked(result, mapped);
};

for (const [connect, transport, prefix] of [
  ["dial", "websocket", "749571"],
  ["dial", "http", "749572"],
  ["bridge", "websocket", "749573"],
] as const)
  describe(`real calls, CONNECT=${connect}, REST over ${transport}`, function suite() {
    this.timeout(30_000);
    let system: RealSystem;

    before(async function prepare() {
      system = await RealSystem.startOrSkip(this, prefix, { ARI_TRANSPORT: transport, CONNECT: connect });
    });
    after(async () => {
      await system?.stop();
    });

    for (const scenario of callScenarios)
      it(`when ${scenario.name}: ${scenario.sip}, ${scenario.status}`, async () => {
        await expectScenario(system, scenario, connect);
      });
  });
