import { readDialled } from "../../../src/values/dialledNumber.ts";
import type { CountryPlan } from "../../../src/values/countryPlan.ts";
import type { SimulatedCall } from "../call.ts";
import type { Channel } from "../state.ts";
import type { World } from "../world.ts";
import { epochOf } from "./callFile.ts";
import { listOf, textOf } from "./globals.ts";
import { hopHeader, hopMark } from "./plan.ts";
import { withholds } from "./withheld.ts";

/** The variables that `[incoming]` sets once, for every context below it. */
type CallFacts = Readonly<
  Record<"CALL_STARTED" | "DIALLED" | "PROXY" | "ALSO" | "CALLER" | "HIDDEN" | "TRUNK_IN" | "MARK", string>
>;

/** Reads what the provider sent. `PROXY` is empty if it is not a number. */
export function callFacts(world: World, call: SimulatedCall): CallFacts {
  const trunk = call.trunk.replace(/-\d$/u, "");
  const plan = countryPlanOf(world);
  const reading = readDialled(call.to, plan);
  const [address = ""] = call.to.split(";", 1);
  const number = callerOf(call, textOf(world, `IN_${trunk}_CALLERS`) === "national", plan);
  const isWithheld = withholds(call);
  const proxy = reading?.number ?? "";
  return {
    CALL_STARTED: epochOf(world.scheduler.nowMs()),
    DIALLED: address.replaceAll(/\D/gu, "").slice(0, 20),
    PROXY: proxy,
    ALSO: reading?.also ?? "",
    CALLER: isWithheld ? "" : number,
    HIDDEN: isWithheld ? (/^\d{1,20}$/u.exec(number)?.[0] ?? "") : "",
    TRUNK_IN: trunk,
    MARK: (call.headers[hopHeader] ?? "").replaceAll(/[^\w.-]/gu, "") === hopMark ? "1" : "",
  };
}

/** The digits of the headers that say who forwarded the call; null without them. */
export function forwardedBy({ variables }: Channel): string | null {
  const text = ["Diversion", "History-Info"]
    .map((name) => variables.get(`PJSIP_HEADER(read,${name})`) ?? "")
    .join("");
  return text === "" ? null : text.replaceAll(/\D/gu, "");
}

function callerOf({ from }: SimulatedCall, national: boolean, plan: CountryPlan): string {
  const [given = ""] = from.split(";", 1);
  if (national) return readDialled(given, plan)?.number ?? given;
  const [, digits = null] = /^\+?(\d[\d.-]*)$/u.exec(given) ?? [];
  return digits === null ? given.replaceAll(/[^+0-9A-Za-z_.]/gu, "") : digits.replaceAll(/[.-]/gu, "");
}

function countryPlanOf(world: World): CountryPlan {
  const lengths = listOf(world, "NATIONAL_LENGTHS").map(Number);
  return {
    countryCode: textOf(world, "COUNTRY_CODE"),
    nationalPrefixes: listOf(world, "NATIONAL_PREFIXES"),
    nationalLengths: lengths,
    internationalPrefixes: listOf(world, "INTERNATIONAL_PREFIXES"),
    // Where all numbers have one length, digits of that length are most likely a national number.
    nationalFirst: lengths.length === 1,
  };
}
