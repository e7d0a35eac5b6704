import { z } from "zod";
import type { Viewer } from "../../access/rules/rights.ts";
import type { Mapping, MappingState } from "../../values/mapping.ts";
import type { CallLookup } from "../../values/knownParties.ts";
import type { MappingReader, ProxyLookup } from "../../numbers/types.ts";
import { isPhoneNumber } from "../../values/phoneNumber.ts";
import { databaseAway, json } from "../server/answers.ts";
import type { Refusals } from "../server/answers.ts";
import { stateAt } from "../server/presenters.ts";
import { HttpProblem, lookupUnavailable, numberUnknown, numberUnreadable } from "../server/problems.ts";
import { routesFor } from "../server/route.ts";
import { phone } from "../server/schemas.ts";
import { answerForCall, callAnswer } from "./lookupForCall.ts";
import type { LookupTally } from "./lookupTally.ts";
import type { ReadNumber } from "./lookupNumbers.ts";

export interface LookupPorts {
  readonly lookup: ProxyLookup;
  readonly callLookup: CallLookup;
  readonly mappings: Pick<MappingReader, "findByReal">;
  readonly readNumber: ReadNumber;
  readonly nowMs: () => number;
  readonly tally: Pick<LookupTally, "count">;
}

const pair = z.object({ fake_phone: phone, real_phone: phone }).meta({ id: "NumberPair" });

const pairForCall = z.union([callAnswer, pair]);

interface ForCall {
  readonly fake: string;
  readonly caller?: string | undefined;
  readonly trunk?: string | undefined;
}

/** Either number, in any notation. */
const lookupBody = z
  .union([
    z.strictObject({
      fake: z.string().min(1).max(100),
      caller: z
        .string()
        .max(100)
        .optional()
        .meta({ description: "With `for=call`: the caller's number as E.164 digits; empty if withheld." }),
      trunk: z.string().max(80).optional().meta({ description: "With `for=call`: the inbound trunk." }),
    }),
    z.strictObject({ real: z.string().min(1).max(100) }),
  ])
  .meta({ id: "Lookup" });

const lookup = {
  may: "lookups.read",
  tags: ["Numbers"],
  answers: { 200: json("The pair of numbers.", pair) },
  refusals: {
    400: "This is not a phone number.",
    404: "No mapping that can be called now; `code` says why.",
    ...databaseAway,
  } satisfies Refusals,
  forPrograms: true,
} as const;

const forCallOrNot = {
  query: z.object({ for: z.literal("call").optional() }),
  answers: { 200: json("The pair of numbers; with `for=call`, also how to treat a call.", pairForCall) },
  refusals: { ...lookup.refusals, 403: "`for=call` from a client that is not an Asterisk." },
} as const;

const route = routesFor<LookupPorts>();

/**
 * The lookups of the dialplan, in any notation of the number. Only a mapping that can be called now is answered
 * with its numbers; otherwise the answer is a 404 whose code gives the reason.
 */
export const lookupRoutes = [
  route(
    {
      ...lookup,
      method: "GET",
      path: "/lookup/real/:number",
      operationId: "lookUpReal",
      summary: "The real number behind a proxy number, in any notation.",
      description:
        "With `for=call`, only for an Asterisk: the number is taken as E.164 digits, and a mapping in any state is " +
        "answered, with what decides about a call to it.",
      params: { number: z.string() },
      ...forCallOrNot,
    },
    ({ params, query, viewer, ports }) =>
      query.for === "call"
        ? forCall({ fake: params.number }, viewer, ports)
        : realOf(params.number, viewer, ports),
  ),

  route(
    {
      ...lookup,
      method: "GET",
      path: "/lookup/fake/:number",
      operationId: "lookUpFake",
      summary: "The proxy number of a real number, in any notation.",
      params: { number: z.string() },
    },
    ({ params, viewer, ports }) => fakeOf(params.number, viewer, ports),
  ),

  route(
    {
      ...lookup,
      method: "POST",
      path: "/lookup",
      audit: null,
      operationId: "lookUp",
      summary: "The same lookups with the number in the body instead of the URL. Send one of the two.",
      description: "`for=call` applies to a proxy number, as in `GET /lookup/real/{number}`.",
      body: lookupBody,
      ...forCallOrNot,
    },
    ({ body, query, viewer, ports }) => {
      if ("real" in body) return fakeOf(body.real, viewer, ports);
      return query.for === "call" ? forCall(body, viewer, ports) : realOf(body.fake, viewer, ports);
    },
  ),
];

async function realOf(text: string, viewer: Viewer, { lookup, readNumber, nowMs, tally }: LookupPorts) {
  const number = readNumber(text);
  if (number === null) throw numberUnreadable();
  const found = await lookup.byProxyNumber(number);
  if (found.kind === "unavailable" || found.kind === "late") throw lookupUnavailable();
  if (found.kind === "unknown") throw numberUnknown();
  tally.count(viewer);
  return pairOf(found.mapping, nowMs());
}

/** An Asterisk is known by its address. With open access, every client may read all of this anyway. */
async function forCall(
  { fake, caller = "", trunk = "" }: ForCall,
  viewer: Viewer,
  { callLookup, nowMs, tally }: LookupPorts,
) {
  if (viewer.kind !== "address" && viewer.kind !== "open") throw onlyForAsterisk();
  if (!isPhoneNumber(fake)) throw numberUnreadable();
  const known = await callLookup.known({
    proxyNumber: fake,
    secondReading: null,
    callerNumber: caller === "" ? null : caller,
    inboundTrunk: trunk,
  });
  if (known.kind === "unavailable" || known.kind === "late") throw lookupUnavailable();
  if (known.kind === "unknown") throw numberUnknown({ state: "unknown" });
  tally.count(viewer);
  return answerForCall(known, nowMs());
}

async function fakeOf(text: string, viewer: Viewer, { mappings, readNumber, nowMs, tally }: LookupPorts) {
  const number = readNumber(text);
  if (number === null) throw numberUnreadable();
  const mapping = await mappings.findByReal(number);
  if (mapping === null) throw numberUnknown();
  tally.count(viewer);
  return pairOf(mapping, nowMs());
}

function pairOf(
  mapping: Pick<Mapping, "proxyNumber" | "realNumber" | "state" | "expiresAtMs">,
  nowMs: number,
) {
  const state = stateAt(mapping, nowMs);
  const { proxyNumber, realNumber } = mapping;
  if (state !== "active") throw notInUse(state);
  if (realNumber === null) throw notInUse("quarantined");
  return { fake_phone: proxyNumber, real_phone: realNumber };
}

const onlyForAsterisk = (): HttpProblem =>
  new HttpProblem({
    status: 403,
    code: "ONLY_FOR_ASTERISK",
    detail: "This answer is only for an Asterisk.",
    remedy: "Add the address of your Asterisk as an IP rule for lookups, or leave out `for=call`.",
  });

function notInUse(state: Exclude<MappingState, "active">): HttpProblem {
  return new HttpProblem({
    status: 404,
    code: `NUMBER_${state.toUpperCase()}`,
    detail: `The mapping of this number is ${state}.`,
    members: { state },
  });
}
