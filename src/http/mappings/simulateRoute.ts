import { z } from "zod";
import { callDirections } from "../../values/callRecord.ts";
import type { MappingSearch } from "../../numbers/mappings/types.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import type { SimulatedCall } from "../../values/simulatedCall.ts";
import { callReason, callStatus } from "../calls/schema.ts";
import { bodyInvalid, databaseAway, json } from "../server/answers.ts";
import { type Fields, rowId } from "../server/fields.ts";
import { routesFor } from "../server/route.ts";
import { orNull, phone } from "../server/schemas.ts";
import { mappingUnknown } from "./changedOnce.ts";

export interface SimulatePorts {
  readonly search: Pick<MappingSearch, "find">;
  /** `callerNumber` null: withheld. `inboundTrunk` null: the first one. */
  readonly simulate: (call: {
    readonly proxyNumber: PhoneNumber;
    readonly callerNumber: PhoneNumber | null;
    readonly inboundTrunk: string | null;
  }) => Promise<SimulatedCall>;
}

const simulated = z
  .discriminatedUnion("decision", [
    z.object({
      decision: z.literal("connect"),
      direction: z.enum(callDirections),
      realNumber: phone,
      shownNumber: z.string().nullable().meta({ description: "What the callee sees; null for no number." }),
      trunk: z.string().meta({ description: "The outbound trunk that is tried first." }),
    }),
    z.object({
      decision: z.literal("refuse"),
      status: callStatus,
      reason: orNull(callReason),
      cause: z.int().meta({ description: "Q.850, for the caller." }),
      announcement: z.string().nullable(),
    }),
  ])
  .meta({ id: "SimulatedCall" });

const simulation = ({ number }: Fields) =>
  z
    .strictObject({
      caller: number.nullable().meta({ description: "In any notation; null: withheld." }),
      inboundTrunk: z.string().max(80).optional().meta({ description: "By default the first one." }),
    })
    .meta({ id: "CallToSimulate" });

/** The answer reveals who owns the caller's number, so it needs access to real numbers. */
export const simulateRoute = routesFor<SimulatePorts>()(
  {
    method: "POST",
    path: "/mappings/:id/simulate",
    may: "numbers.real",
    audit: null,
    operationId: "simulateCall",
    tags: ["Mappings"],
    summary: "What would happen to a call from this caller, without placing it.",
    params: { id: rowId },
    body: simulation,
    answers: { 200: json("The decision.", simulated) },
    refusals: { ...bodyInvalid, 404: "The mapping does not exist.", ...databaseAway },
  },
  async ({ params: { id }, body: { caller, inboundTrunk = null }, viewer: { shown }, ports }) => {
    const { search, simulate } = ports;
    const mapping = await search.find(id);
    if (mapping === null) throw mappingUnknown();
    const call = await simulate({ proxyNumber: mapping.proxyNumber, callerNumber: caller, inboundTrunk });
    if (call.decision === "connect") shown?.add(1);
    return call;
  },
);
