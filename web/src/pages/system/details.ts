/** A health detail of the server, parsed so that it can be shown in the reader's language. */
interface Detail {
  readonly key: DetailKey;
  readonly values: Readonly<Record<string, string>>;
}

/** The texts work with any count, so they need no plural forms. */
const rules = [
  ["answers", /^(?<name>\S+) is connected\./],
  ["laterTables", /^(?<name>\S+) has tables of a later version: .*$/],
  ["replicaNear", /^Replica (?<name>\S+) is (?<seconds>[\d.]+) s behind\.$/],
  [
    "replicaBehind",
    /^Replica (?<name>\S+) is (?<seconds>\d+) s behind\. The primary answers in its place\.$/,
  ],
  ["replicaAway", /^Replica (?<name>\S+) is unavailable\..*$/],
  ["replicaNotReached", /^Replica (?<name>\S+) has not been reached yet\.$/],
  ["replicaUnknown", /^It is not known how far replica (?<name>\S+) is behind\..*$/],
  ["carries", /^Connected through Redis\./],
  ["alone", /^In process only: other instances receive no messages\./],
  ["notReached", /^(?<name>\S+) has not connected yet\..*$/],
  ["away", /^(?<name>\S+) is unavailable(?:\.|:).*$/],
  ["closed", /^(?:(?:\S+|The bus) is closed\.|The connection to Redis is closed\.|Closed$)/],
  ["recordsOnTheWay", /^(?<n>\d+) records waiting to be written to the database\./],
  [
    "recordsWait",
    /^(?<n>\d+) records wait for the database \(.*?\), the oldest for (?<seconds>\d+) s\. None is lost\./,
  ],
  ["recordsRefused", /^(?<n>\d+) records were rejected: see rejected\.lines in the spool\./],
  ["linesDamaged", /^(?<n>\d+) lines were damaged: see corrupt\.lines in the spool\./],
  ["linesLost", /^(?<n>\d+) lines were lost while the disk was full\./],
  ["recordsDirect", /^The spool is not writable \((?<code>\w+)\): records go straight to the database\./],
  [
    "recordsInMemory",
    /^The spool is not writable \((?<code>\w+)\), and the database accepts no records: (?<n>\d+) records wait in memory\./,
  ],
  ["noPool", /^No pool yet\./],
  ["poolsFull", /^No pool will be empty soon\./],
  ["poolEmpty", /^Pool (?<id>\d+) has no free numbers\./],
  ["poolEmptySoon", /^Pool (?<id>\d+) will be empty in (?<days>\d+) days\./],
  ["importsWait", /^(?<n>\d+) of (?<all>\d+) imports wait for the database\./],
  ["importsRun", /^(?<n>\d+) imports are worked on\./],
  ["trunkReachable", /^Trunk (?<name>\S+) is reachable\./],
  ["trunkSilent", /^Trunk (?<name>\S+) does not answer Asterisk\./],
  ["trunkMissing", /^Trunk (?<name>\S+) is not an endpoint of Asterisk\./],
  ["trunkUnknown", /^Trunk (?<name>\S+): unknown while this controller is not connected to Asterisk\./],
  ["inboundTrunkUnused", /^No call on trunk (?<name>\S+) yet\./],
  ["inboundTrunkCall", /^Trunk (?<name>\S+): last call at (?<at>\S+Z)\./],
  ["inboundTrunkRefusal", /^Last refusal at (?<at>\S+Z): (?<outcome>\w+)\./],
  ["inboundTrunkUnknown", /^The newest calls were all to unknown numbers\./],
  ["inboundTrunkUnlisted", /^It is not in INBOUND_TRUNKS, so its callers are not trusted\./],
  ["callFileRead", /^Asterisk's call file is being read\./],
  ["callFileDiskFull", /^The disk of Asterisk's call file is full: .*$/],
  ["callFileUnreadable", /^Cannot read Asterisk's call file \((?<code>[^)]*)\)[^.]*\./],
  ["backupUnwatched", /^Not monitored: BACKUP_STATUS_FILE is not set\./],
  ["backupNotLooked", /^The backup status has not been read yet\./],
  ["backupMissing", /^No backup yet: .*$/],
  ["backupUnreadable", /^BACKUP_STATUS_FILE cannot be read \((?<code>[^)]*)\)\./],
  ["backupLate", /^The last backup is (?<hours>\d+) hours old, more than (?<most>\d+): .*$/],
  ["backupFresh", /^The last backup is (?<hours>\d+) hours old\./],
  ["loopFree", /^Not blocked in the last minute\./],
  ["loopHeldUp", /^Blocked for (?<ms>\d+) ms, (?<seconds>\d+) s ago\./],
  ["asteriskConnected", /^Asterisk (?<version>.+) over (?<transport>\S+), (?<n>\d+) calls in progress$/],
  ["asteriskComparing", /^Asterisk (?<version>.+) over (?<transport>\S+), comparing its calls with ours$/],
  [
    "asteriskNotCompared",
    /^Asterisk (?<version>.+) over (?<transport>\S+), comparing its calls with ours; the last attempt failed: (?<reason>.+)$/,
  ],
  ["asteriskSetting", /^Cannot connect to Asterisk until (?<setting>\w+) is set$/],
  ["asteriskStandby", /^Standing by: (?<node>\S+) is active$/],
  [
    "asteriskOtherSettings",
    /^Standing by: (?<node>\S+) is active, with other settings for calls \((?<names>[^)]*)\)\. .*$/,
  ],
  ["asteriskDialplan", /^Takes no calls: .*dialplan.*$/],
  ["asteriskPassword", /^Not connected: .*\(401\).*$/],
  ["asteriskReadOnly", /^Not connected: .*\(403\).*$/],
  ["asteriskNoAri", /^Not connected: .*\(404\).*$/],
  ["asteriskStarting", /^Not connected: .*\(503\).*$/],
  ["asteriskNoApplication", /^Not connected: .*could not register the application.*$/],
  ["asteriskNothingListens", /^Not connected: .*nothing is listening there.*$/],
  ["asteriskUnknownHost", /^Not connected: .*host name cannot be resolved.*$/],
  ["asteriskUnreachable", /^Not connected: .*host cannot be reached.*$/],
  ["asteriskSlow", /^Not connected: .*did not answer in time.*$/],
  ["asteriskConnecting", /^Not connected: .*$/],
] as const satisfies readonly (readonly [string, RegExp])[];

export type DetailKey = (typeof rules)[number][0];

/** Asterisk can be reached: the advice on its connection would lead astray, and these texts say what to do. */
const connected: ReadonlySet<DetailKey> = new Set<DetailKey>([
  "asteriskComparing",
  "asteriskNotCompared",
  "asteriskOtherSettings",
  "asteriskDialplan",
  "asteriskReadOnly",
  "asteriskStarting",
  "asteriskNoApplication",
]);

/** Whether the advice for every trouble of this kind of part applies. */
export const needsAdvice = (details: readonly Detail[] | null): boolean =>
  details === null || !details.some(({ key }) => connected.has(key));

/** Parses sentence by sentence. Null if one is unknown, because the server is newer than the page. */
export function readDetail(text: string): readonly Detail[] | null {
  const details: Detail[] = [];
  let rest = text.trim();
  while (rest !== "") {
    const found = firstOf(rest);
    if (found === null) return null;
    details.push(found.detail);
    rest = rest.slice(found.length).trim();
  }
  return details;
}

function firstOf(text: string): { readonly detail: Detail; readonly length: number } | null {
  for (const [key, rule] of rules) {
    const match = rule.exec(text);
    if (match !== null) return { detail: { key, values: { ...match.groups } }, length: match[0].length };
  }
  return null;
}
