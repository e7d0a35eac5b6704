import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { givenPath } from "../ops/givenPath.ts";
import { foreignAddressOf, foreignNameOf } from "../store/foreignDatabase.ts";
import type { ForeignAddress } from "../store/foreignDatabase.ts";
import { isCountry } from "../values/countries.ts";
import { callStatuses } from "../values/callRecord.ts";
import type { CallStatus } from "../values/callRecord.ts";
import { bareForms } from "../values/bareForms.ts";
import type { BareForm } from "../values/bareForms.ts";
import { isTimeZone } from "../values/zonedTime.ts";
import { plainStatus } from "./readCall.ts";

export interface LegacyOptions {
  readonly from: ForeignAddress;
  /** Distinguishes its calls from those of other systems; the same at each run. */
  readonly name: string;
  readonly dryRun: boolean;
  /** The file with the refused rows. */
  readonly refusedFile: string;
  /** ISO 3166; null: that of the settings. */
  readonly country: string | null;
  readonly bareForm: BareForm | null;
  /** IANA name, for times without one; null: not given. */
  readonly timeZone: string | null;
  /** The meaning of `call_timestamp` in the other system. */
  readonly callTime: "start" | "end";
  /** Statuses besides those that we know, by `plainStatus`. */
  readonly statuses: ReadonlyMap<string, CallStatus>;
}

export const usage = `npm run import:legacy -- --from DATABASE [options]

DATABASE is mysql://USER@HOST[:PORT]/NAME or the path of an SQLite file. Its tables phone_mappings and call_logs are only
read. The password of MySQL is in LEGACY_DATABASE_PASSWORD, or in the file that LEGACY_DATABASE_PASSWORD_FILE names.

  --dry-run                count what would be done, and store nothing
  --refused FILE           where refused rows are listed (legacy-refused.csv)
  --country CODE           country of numbers without a country code (DEFAULT_COUNTRY)
  --bare-form FORM         how numbers without a plus sign are meant: ${bareForms.join(" or ")}
  --time-zone ZONE         zone of times that have none, such as Europe/Moscow
  --call-time start|end    whether call_timestamp is when calls began or ended (start)
  --status THEIRS=OURS     what a status of the other system means; may be repeated
  --name NAME              name of the other system in the IDs of its calls (the name of its database)
`;

/** An error in the command line, in words for its author. */
export class LegacyUsageError extends Error {
  override readonly name = "LegacyUsageError";
}

export function readOptions(args: readonly string[]): LegacyOptions {
  const { values } = parsed(args);
  const from = addressOf(values.from ?? "");
  const country = values.country?.toUpperCase() ?? null;
  if (country !== null && !isCountry(country)) throw new LegacyUsageError("--country is not a country code.");
  const bareForm = bareForms.find((form) => form === values["bare-form"]) ?? null;
  if (values["bare-form"] !== undefined && bareForm === null)
    throw new LegacyUsageError(`--bare-form is ${bareForms.join(" or ")}.`);
  const timeZone = values["time-zone"] ?? null;
  if (timeZone !== null && !isTimeZone(timeZone))
    throw new LegacyUsageError("--time-zone is not a time zone, such as Europe/Moscow.");
  const callTime = values["call-time"] ?? "start";
  if (callTime !== "start" && callTime !== "end") throw new LegacyUsageError("--call-time is start or end.");
  const name = values.name ?? foreignNameOf(from);
  if (!/^[\w.-]{1,60}$/.test(name))
    throw new LegacyUsageError("--name has 1 to 60 letters, digits, dots, dashes, and underscores.");
  return {
    from,
    name,
    dryRun: values["dry-run"] ?? false,
    refusedFile: values.refused === undefined ? resolve("legacy-refused.csv") : givenPath(values.refused),
    country,
    bareForm,
    timeZone,
    callTime,
    statuses: new Map((values.status ?? []).map(statusOf)),
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        from: { type: "string" },
        name: { type: "string" },
        "dry-run": { type: "boolean" },
        refused: { type: "string" },
        country: { type: "string" },
        "bare-form": { type: "string" },
        "time-zone": { type: "string" },
        "call-time": { type: "string" },
        status: { type: "string", multiple: true },
      },
    });
  } catch (error) {
    throw new LegacyUsageError(error instanceof Error ? error.message : "The options cannot be read.");
  }
}

function addressOf(from: string): ForeignAddress {
  if (from === "") throw new LegacyUsageError("--from names the database of the other system.");
  const found = foreignAddressOf(from);
  if (typeof found === "string")
    throw new LegacyUsageError(
      `--from is mysql://USER@HOST[:PORT]/NAME or the path of an SQLite file; this one ${found}.`,
    );
  const { hasPassword, ...address } = found;
  if (hasPassword)
    throw new LegacyUsageError(
      "A password on the command line can be seen by every user of this machine. Set LEGACY_DATABASE_PASSWORD or LEGACY_DATABASE_PASSWORD_FILE.",
    );
  return "file" in address ? { ...address, file: givenPath(address.file) } : address;
}

function statusOf(text: string): readonly [string, CallStatus] {
  const [, theirs = "", ours = ""] = /^(.+)=([a-z_]+)$/.exec(text) ?? [];
  const status = callStatuses.find((one) => one === ours);
  if (status === undefined)
    throw new LegacyUsageError(`--status is THEIRS=OURS, and ours is one of ${callStatuses.join(", ")}.`);
  return [plainStatus(theirs), status];
}
