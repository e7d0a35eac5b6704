import { expect } from "chai";
import fc from "fast-check";
import { randomInt } from "node:crypto";
import { type AnyCall, anyCall, identityHeaders, scriptOf } from "../support/anyCall.ts";
import { type CallPath, startSome, SystemOnPath } from "../support/callPaths.ts";
import { People } from "../support/people.ts";
import type { Mapped } from "../support/realCalls.ts";
import type { CalleeBehaviour } from "../support/sipp.ts";
import { expectNoLeak } from "../support/sippLeaks.ts";

const paths: readonly CallPath[] = ["dial", "bridge", "odbc", "http"];
const calls = 24;
const fixed = "78005553535";

/** So that calls in both directions ring, whatever the random ones do. */
const certain: readonly AnyCall[] = (["stranger", "owner"] as const).map((caller) => ({
  caller,
  callersState: "active",
  policy: null,
  isPolicyOfPool: false,
  behaviour: "answers",
  tells: "usual",
  isPartyMapped: false,
}));

interface Placed {
  readonly direction: "in" | "return";
  readonly rang: boolean;
  readonly finalCode: number | null;
}

for (const [index, path] of paths.entries())
  describe(`any two people, any mapping, any messages, on the path "${path}"`, function suite() {
    this.timeout(120_000);
    let on: SystemOnPath;
    let people: People;

    before(async function prepare() {
      on = await SystemOnPath.startOrSkip(this, path, `74959${index}`, {
        ANNOUNCEMENT_OWN_NUMBER: "sound:beep",
      });
      people = new People(on.system, index);
    });
    after(() => on?.stop());

    const mapped = async (
      { policy, isPolicyOfPool }: AnyCall,
      behaviour: CalleeBehaviour,
      caller: string,
    ): Promise<Mapped> => {
      const columns = {
        caller_id_policy: policy === "fixed to the caller" ? "fixed" : policy,
        caller_id_number: policy === "fixed to the caller" ? caller : fixed,
      };
      if (!isPolicyOfPool) return on.system.mapped(behaviour, columns);
      return on.system.mapped(behaviour, { pool_id: await on.system.pool(columns) });
    };

    /** Places the call, and searches all messages to either side for the number of the other. */
    const place = async (any: AnyCall): Promise<Placed> => {
      const { system } = on;
      const isOwner = any.caller === "owner";
      const known = any.caller === "person" ? await people.person({ state: any.callersState }) : null;
      const stranger = known?.real ?? people.stranger();
      const dialled = await mapped(any, isOwner ? "answers" : any.behaviour, stranger);
      const party = any.isPartyMapped
        ? (await system.mapped(any.behaviour)).real
        : system.unmapped(any.behaviour);
      if (isOwner) await people.called(dialled, party);
      const [from, rings] = isOwner ? [dialled.real, party] : [stranger, dialled.real];
      const { messages, finalCode } = await system.dial(dialled.proxy, {
        from,
        callerName: from,
        script: scriptOf(any),
        identityHeaders: identityHeaders(any, from, system.lab.inboundProvider.host),
      }).result;
      expectNoLeak(messages, { numbers: [rings] });
      const legs = system.callees.messagesOf(rings);
      if (legs.length > 0) expectNoLeak(legs, { numbers: [from] });
      if (isOwner) expect(people.shownTo(from), "legs to the owner").to.deep.equal([]);
      if (isOwner && any.tells === "withheld") expect(legs, "legs for an owner who hides").to.deep.equal([]);
      return { direction: isOwner ? "return" : "in", rang: legs.length > 0, finalCode };
    };

    it("never tells either of them the other's real number", async () => {
      const seed = randomInt(2 ** 31);
      const random = fc.sample(anyCall, { numRuns: calls - certain.length, seed });
      const placed = startSome([...certain, ...random], on.atATime, (any) =>
        place(any).catch((error: unknown) => {
          throw new Error(`Seed ${seed}, ${JSON.stringify(any)}: ${String(error)}`, { cause: error });
        }),
      );
      const outcomes = await Promise.all(placed.values());
      // Calls in both directions did ring, and some were answered.
      for (const direction of ["in", "return"])
        expect(outcomes.filter((one) => one.rang && one.direction === direction)).not.to.deep.equal([]);
      expect(outcomes.filter(({ finalCode }) => finalCode === 200)).not.to.deep.equal([]);
    });
  });
