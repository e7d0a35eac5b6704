import type { CallReader } from "../callLog/database/callReader.ts";
import type { SetupGuide } from "../http/system/setupRoute.ts";
import type { MappingSearch } from "../numbers/mappings/types.ts";
import type { Pools } from "../numbers/types.ts";
import { countryPlan } from "../values/countryPlan.ts";
import { testCallTrunk } from "../values/testCall.ts";
import { dialledSpellings } from "../values/dialledSpellings.ts";
import { asteriskSnippet } from "./asteriskSnippet.ts";
import type { Foundation } from "./foundation.ts";

/** Tells how far this installation is from its first answered call. */
export function createSetupGuide(
  { settings, health }: Foundation,
  features: {
    readonly pools: Pick<Pools, "list">;
    readonly search: Pick<MappingSearch, "count" | "page">;
    readonly calls: Pick<CallReader, "page">;
  },
): SetupGuide {
  const { pools, search, calls } = features;
  const isUp = (kind: string): boolean =>
    Object.values(health.report().parts).some((part) => part.kind === kind && part.status === "up");
  return {
    async state() {
      // A test call comes neither from the provider nor from a caller.
      const real = { exceptInboundTrunk: testCallTrunk };
      const [answered, any, known, numbers, active] = await Promise.all([
        calls.page({ ...real, statuses: ["answered"] }, { limit: 1 }),
        calls.page(real, { limit: 1 }),
        pools.list(),
        search.count({}),
        search.page({ filter: { state: "active" }, limit: 1 }),
      ]);
      const [mapping] = active.items;
      const [range] = known.flatMap(({ ranges }) => ranges);
      return {
        done: {
          database: true,
          pool: known.length > 0,
          numbers: numbers.value > 0,
          asterisk: isUp("asterisk"),
          inboundTrunk: any.items.length > 0,
          access: settings.access.mode === "required",
          call: answered.items.length > 0,
        },
        inboundTrunks: settings.calls.inboundTrunks.map(({ name, did }) => ({ name, did })),
        proxyNumber:
          range === undefined
            ? null
            : {
                number: range.first,
                spellings: [...dialledSpellings(range.first, countryPlan(settings.numbers.defaultCountry))],
              },
        mapping: mapping === undefined ? null : { id: mapping.id, proxyNumber: mapping.proxyNumber },
        snippet: asteriskSnippet(settings),
      };
    },
  };
}
