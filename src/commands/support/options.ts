import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { UsageError } from "../endInWords.ts";
import { givenLog, givenPath } from "../../ops/givenPath.ts";

interface SupportOptions {
  /** null: named after the time, in the working folder. */
  readonly output: string | null;
  /** null: the journal. */
  readonly log: string | null;
  /** An API key with the scope `system.read`. */
  readonly apiKey: string | null;
}

const usage = `Collects what support needs to help you: versions, settings, health, metrics, the production checklist, and
the newest lines of the log. Numbers are masked, and secrets are left out.

  npm run support -- [--output FILE] [--log FILE] [--key-file FILE]

--output FILE    by default phone-proxy-support-TIME.tar.gz in the folder of phone-proxy
--log FILE       where the log is, - for standard input; by default the journal of phone-proxy.service
--key-file FILE  a file with an API key that has the scope system.read, for the metrics
`;

/** Throws the usage. */
export function readSupportOptions(args: readonly string[]): SupportOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { output: { type: "string" }, log: { type: "string" }, "key-file": { type: "string" } },
    });
    const { output, log, "key-file": keyFile } = values;
    return {
      output: output === undefined ? null : givenPath(output),
      log: givenLog(log),
      apiKey: keyFile === undefined ? null : readFileSync(givenPath(keyFile), "utf8").trim(),
    };
  } catch (error) {
    // Node says which option it does not know, or which file cannot be read.
    throw new UsageError(`${error instanceof Error ? error.message : ""}\n\n${usage}`);
  }
}
