import { z } from "zod";
import { type ApiOperation, databaseAway, json, phone, refusals } from "../server/schemas.ts";

const pair = z.object({ fake_phone: phone, real_phone: phone }).meta({ id: "NumberPair" });

/** Either number, in any notation. */
export const lookupBody = z
  .union([
    z.strictObject({ fake: z.string().min(1).max(100) }),
    z.strictObject({ real: z.string().min(1).max(100) }),
  ])
  .meta({ id: "Lookup" });

const lookupRefusals = refusals({
  400: "This is not a phone number.",
  404: "No mapping by which a call may go out now; `code` says why.",
  ...databaseAway,
});

const lookupOperation = (side: "real" | "fake", operationId: string, summary: string): ApiOperation => ({
  method: "get",
  path: `/lookup/${side}/{number}`,
  operationId,
  tags: ["Numbers"],
  summary,
  request: { params: z.object({ number: z.string() }) },
  responses: { 200: json("The pair of numbers.", pair), ...lookupRefusals },
});

export const numberOperations: readonly ApiOperation[] = [
  lookupOperation("real", "lookUpReal", "The real number behind a proxy number, in any notation."),
  lookupOperation("fake", "lookUpFake", "The proxy number of a real number, in any notation."),
  {
    method: "post",
    path: "/lookup",
    operationId: "lookUp",
    tags: ["Numbers"],
    summary: "As both lookups, for those who want no number in an address: give one of the two.",
    request: { body: { required: true, content: { "application/json": { schema: lookupBody } } } },
    responses: { 200: json("The pair of numbers.", pair), ...lookupRefusals },
  },
];
