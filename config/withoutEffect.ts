import type { Environment, SettingName } from "./schema.ts";
import { serverAddressOf } from "../src/store/serverUrl.ts";

/** A setting that is set but has no effect. */
export interface WithoutEffect {
  readonly setting: string;
  /** A clause, such as `ASTERISKS is set`. */
  readonly because: string;
}

interface Rule {
  readonly settings: readonly SettingName[];
  readonly because: string;
  readonly applies: (values: Environment) => boolean;
}

const isMysql = ({ DATABASE_URL: url }: Environment): boolean => /^mysql:/i.test(url);

/** `ROLE` makes no setting ineffective: instances with different roles may share a file. */
const rules: readonly Rule[] = [
  {
    settings: ["DATABASE_PASSWORD", "DATABASE_POOL_SIZE"],
    because: "DATABASE_URL is not a MySQL URL",
    applies: (values) => !isMysql(values),
  },
  {
    settings: ["DATABASE_PASSWORD"],
    because: "DATABASE_URL has a password",
    applies: (values) => isMysql(values) && serverAddressOf(values.DATABASE_URL).password !== "",
  },
  {
    settings: ["CACHE_REDIS_TTL_SECONDS"],
    because: "REDIS_URL is not set",
    applies: ({ REDIS_URL: url }) => url === null,
  },
  {
    settings: ["ASTERISK_URL", "ASTERISK_USER", "ASTERISK_PASSWORD", "ASTERISK_APPLICATION"],
    because: "ASTERISKS is set",
    applies: ({ ASTERISKS: several }) => several !== null,
  },
  {
    settings: ["ARI_COMMAND_SOCKETS"],
    because: "ARI_TRANSPORT is http",
    applies: ({ ARI_TRANSPORT: transport }) => transport === "http",
  },
  {
    settings: ["OUTBOUND_TRUNK", "OUTBOUND_DIAL_PREFIX", "OUTBOUND_CALLER_ID_PREFIX", "CALLER_ID_POLICY"],
    because: "OUTBOUND_TRUNKS is set",
    applies: ({ OUTBOUND_TRUNKS: several }) => several !== null,
  },
  {
    settings: ["BACKUP_KEEP_DAYS", "BACKUP_ENCRYPT_TO", "BACKUP_DATABASE_URL", "BACKUP_ASTERISK_DIR"],
    because: "BACKUP_DIR is not set",
    applies: ({ BACKUP_DIR: folder }) => folder === null,
  },
  {
    settings: ["BACKUP_MAX_AGE_HOURS"],
    because: "BACKUP_STATUS_FILE is not set",
    applies: ({ BACKUP_STATUS_FILE: file }) => file === null,
  },
];

/** The settings that are set but have no effect beside the others. */
export const withoutEffect = (
  values: Environment,
  isSet: (name: SettingName) => boolean,
): readonly WithoutEffect[] =>
  rules.flatMap(({ settings, because, applies }) =>
    applies(values) ? settings.filter(isSet).map((setting) => ({ setting, because })) : [],
  );
