/** What the server says of a part, taken apart so that it can be said in the reader's language. */
interface Detail {
  readonly key: DetailKey;
  readonly values: Readonly<Record<string, string>>;
}

/** A count as `counted` would have it is not needed: the words are such that any number goes with them. */
const rules = [
  ["answers", /^(?<name>\S+) answers\./],
  ["carries", /^Redis carries messages\./],
  ["alone", /^Within this process; no other instance hears it\./],
  ["notReached", /^(?<name>\S+) has not been reached yet\..*$/],
  ["away", /^(?<name>\S+) is away(?:\.|:).*$/],
  ["closed", /^(?:(?:\S+|The bus) is closed\.|The connection to Redis is closed\.|Closed$)/],
  ["recordsOnTheWay", /^(?<n>\d+) records on their way to the database\./],
  [
    "recordsWait",
    /^(?<n>\d+) records wait for the database \(.*?\), the oldest for (?<seconds>\d+) s; none is lost\./,
  ],
  ["recordsRefused", /^(?<n>\d+) records were refused: see rejected\.lines in the spool\./],
  ["linesDamaged", /^(?<n>\d+) lines were damaged: see corrupt\.lines in the spool\./],
  ["linesLost", /^(?<n>\d+) lines were lost while the disk was full\./],
  [
    "diskRefuses",
    /^The disk does not take call records \((?<code>\w+)\); (?<n>\d+) wait, in memory as far as there is room\./,
  ],
  ["noPool", /^No pool yet\./],
  ["poolsFull", /^No pool runs out soon\./],
  ["poolEmpty", /^Pool (?<id>\d+) has no free number\./],
  ["poolEmptySoon", /^Pool (?<id>\d+) will be empty in (?<days>\d+) days\./],
  ["importsWait", /^(?<n>\d+) of (?<all>\d+) imports wait for the database\./],
  ["importsRun", /^(?<n>\d+) imports are worked on\./],
  ["trunkReachable", /^Trunk (?<name>\S+) is reachable\./],
  ["trunkSilent", /^Trunk (?<name>\S+) does not answer Asterisk\./],
  ["trunkMissing", /^Trunk (?<name>\S+) is no endpoint of Asterisk\./],
  ["trunkUnknown", /^Trunk (?<name>\S+): not known while Asterisk is away\./],
  ["unrecordedTaken", /^Calls that the dialplan could not record are taken over/],
  ["unrecordedLeft", /^The dialplan's file of unrecorded calls cannot be taken \((?<code>[^)]*)\)/],
  ["backupUnwatched", /^Not watched: BACKUP_STATUS_FILE is not set\./],
  ["backupNotLooked", /^The last backup has not been looked at yet\./],
  ["backupMissing", /^No backup yet: .*$/],
  ["backupUnreadable", /^BACKUP_STATUS_FILE cannot be read \((?<code>[^)]*)\)\./],
  ["backupLate", /^The last backup is (?<hours>\d+) hours old, more than (?<most>\d+): .*$/],
  ["backupFresh", /^The last backup is (?<hours>\d+) hours old\./],
  ["loopFree", /^Not held up in the last minute\./],
  ["loopHeldUp", /^Held up for (?<ms>\d+) ms, (?<seconds>\d+) s ago\./],
  ["asteriskConnected", /^Asterisk (?<version>.+) by (?<transport>\S+), (?<n>\d+) calls in progress$/],
  [
    "asteriskComparing",
    /^Asterisk (?<version>.+) by (?<transport>\S+), comparing the calls that it has with ours$/,
  ],
  [
    "asteriskNotCompared",
    /^Asterisk (?<version>.+) by (?<transport>\S+), comparing the calls that it has with ours; the last attempt failed: (?<reason>.+)$/,
  ],
  ["asteriskSetting", /^No Asterisk can be reached before (?<setting>\w+) is set$/],
  ["asteriskTaken", /^Another controller has taken the application$/],
  ["asteriskPassword", /^Waiting for it: .*\(401\).*$/],
  ["asteriskReadOnly", /^Waiting for it: .*\(403\).*$/],
  ["asteriskNoAri", /^Waiting for it: .*\(404\).*$/],
  ["asteriskStarting", /^Waiting for it: .*\(503\).*$/],
  ["asteriskNoApplication", /^Waiting for it: .*could not register the application.*$/],
  ["asteriskNothingListens", /^Waiting for it: .*nothing listens there.*$/],
  ["asteriskUnknownHost", /^Waiting for it: .*host name cannot be resolved.*$/],
  ["asteriskUnreachable", /^Waiting for it: .*host cannot be reached.*$/],
  ["asteriskSlow", /^Waiting for it: .*did not answer in time.*$/],
  ["asteriskConnecting", /^Waiting for it: .*$/],
] as const satisfies readonly (readonly [string, RegExp])[];

export type DetailKey = (typeof rules)[number][0];

/** Sentence after sentence; null when one of them is not known, because the server is of a later version. */
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
