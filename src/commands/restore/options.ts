import { parseArgs } from "node:util";
import { UsageError } from "../endInWords.ts";
import { givenPath } from "../../ops/givenPath.ts";

export interface RestoreOptions {
  /** The name of a backup, `latest`, or a path. */
  readonly backup: string;
  readonly action: "restore" | "list" | "show-settings";
  /** Whether existing data may be replaced. */
  readonly replace: boolean;
  /** The file with the private key. */
  readonly key: string | null;
  readonly withAsterisk: boolean;
}

export const usage = `Puts a backup back: database, spool, and Asterisk's configuration. Stop the application first.

  npm run restore -- BACKUP [--replace] [--key FILE] [--without-asterisk]
  npm run restore -- BACKUP --show-settings [--key FILE]
  npm run restore -- --list

BACKUP              the name of a backup in BACKUP_DIR, its path, or latest
--replace           replace the data in the database; a spool is moved aside
--key FILE          the private key of an encrypted backup, without a passphrase
--without-asterisk  leave Asterisk's configuration as it is
--show-settings     print the settings, which have no secrets, and restore nothing
`;

/** null: print the usage. Throws an error for the operator. */
export function readRestoreOptions(args: readonly string[]): RestoreOptions | null {
  const { values, positionals } = parsed(args);
  const [backup = "", ...others] = positionals;
  if (others.length > 0 || (backup === "") !== values.list) return null;
  return {
    backup,
    action: values.list ? "list" : values["show-settings"] ? "show-settings" : "restore",
    replace: values.replace,
    key: values.key === undefined ? null : givenPath(values.key),
    withAsterisk: !values["without-asterisk"],
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        replace: { type: "boolean", default: false },
        key: { type: "string" },
        "without-asterisk": { type: "boolean", default: false },
        "show-settings": { type: "boolean", default: false },
        list: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    // Node says which option it does not know.
    throw new UsageError(`${error instanceof Error ? error.message : ""}\n\n${usage}`);
  }
}
