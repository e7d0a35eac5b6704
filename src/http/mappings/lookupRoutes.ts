import type { Router } from "@koa/router";
import { parseDialled, parsePhoneNumber } from "../../domain/phoneNumber.ts";
import type { MappingState } from "../../domain/mapping.ts";
import type { PhoneNumber } from "../../domain/phoneNumber.ts";
import { GenerationCache } from "../../numbers/generationCache.ts";
import type { MappingReader, ProxyLookup } from "../../numbers/types.ts";
import { readBody } from "../server/body.ts";
import { lookupBody } from "./lookupSchema.ts";
import { stateAt } from "../server/presenters.ts";
import { HttpProblem, lookupUnavailable, numberUnknown, numberUnreadable } from "../server/problems.ts";

export interface LookupRoutesOptions {
  readonly lookup: ProxyLookup;
  readonly mappings: Pick<MappingReader, "findByReal">;
  /** ISO 3166, for numbers without country code. */
  readonly defaultCountry: string;
  readonly nowMs: () => number;
}

/** Reading a number by the plans of all countries takes as long as all the rest of a lookup. */
const rememberedReadings = 20_000;
/** So that the memory has a bound whatever is sent. */
const longestRemembered = 40;

/**
 * The lookups of the dialplan: `GET /lookup/real/{proxy number}` and `GET /lookup/fake/{real number}`, in any
 * notation, and `POST /lookup` for those who want no number in an address. Only a mapping by which a call may go out now answers with a number; all others are a 404 with
 * a code that tells them apart.
 */
export function addLookupRoutes(router: Router, options: LookupRoutesOptions): void {
  const { lookup, mappings, defaultCountry, nowMs } = options;

  const readings = new GenerationCache<string, PhoneNumber>(rememberedReadings);

  function read(text = ""): PhoneNumber {
    const known = readings.get(text);
    if (known !== undefined) return known;
    const parsed = parsePhoneNumber(text, { defaultCountry, acceptUnassigned: true });
    const number = parsed.ok ? parsed.number : parseDialled(text, { defaultCountry });
    if (number === null) throw numberUnreadable();
    if (text.length <= longestRemembered) readings.set(text, number);
    return number;
  }

  async function realOf(text: string | undefined): Promise<Record<string, string>> {
    const found = await lookup.byProxyNumber(read(text));
    if (found.kind === "unavailable") throw lookupUnavailable();
    if (found.kind === "unknown") throw numberUnknown();
    const { mapping } = found;
    const state = stateAt(mapping, nowMs());
    if (state !== "active") throw notInUse(state);
    return pair(mapping.proxyNumber, mapping.realNumber);
  }

  async function fakeOf(text: string | undefined): Promise<Record<string, string>> {
    const mapping = await mappings.findByReal(read(text));
    if (mapping === null) throw numberUnknown();
    const state = stateAt(mapping, nowMs());
    if (state !== "active") throw notInUse(state);
    return pair(mapping.proxyNumber, mapping.realNumber);
  }

  router.get("/lookup/real/:number", async (ctx) => {
    ctx.body = await realOf(ctx.params["number"]);
  });

  router.get("/lookup/fake/:number", async (ctx) => {
    ctx.body = await fakeOf(ctx.params["number"]);
  });

  router.post("/lookup", async (ctx) => {
    const body = await readBody(ctx, lookupBody);
    ctx.body = "fake" in body ? await realOf(body.fake) : await fakeOf(body.real);
  });
}

function notInUse(state: Exclude<MappingState, "active">): HttpProblem {
  return new HttpProblem({
    status: 404,
    code: `NUMBER_${state.toUpperCase()}`,
    detail: `The mapping of this number is ${state}.`,
    members: { state },
  });
}

function pair(proxyNumber: PhoneNumber, realNumber: PhoneNumber): Record<string, string> {
  return { fake_phone: proxyNumber, real_phone: realNumber };
}
