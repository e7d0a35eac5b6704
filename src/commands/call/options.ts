import { parseArgs } from "node:util";
import { UsageError } from "../endInWords.ts";
import { givenLog } from "../../ops/givenPath.ts";

interface CallOptions {
  readonly callId: string;
  readonly numbers: boolean;
  /** null: the journal. */
  readonly log: string | null;
}

const usage = `Tells the story of a call: its record, its timeline, and the lines of the log.

  npm run call -- ID [--numbers] [--log FILE]

ID          the ID of the call, as lists and the log show it
--numbers   show numbers unmasked; the audit log says who did
--log FILE  where the log is, - for standard input; by default the journal of phone-proxy.service
`;

/** Throws the usage. */
export function readCallOptions(args: readonly string[]): CallOptions {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { numbers: { type: "boolean", default: false }, log: { type: "string" } },
    });
    const [callId = "", ...others] = positionals;
    if (callId !== "" && others.length === 0)
      return { callId, numbers: values.numbers, log: givenLog(values.log) };
  } catch {
    // An unknown option.
  }
  throw new UsageError(usage);
}
