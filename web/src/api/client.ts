// Made by scripts/generate-web-client.ts of the API's own document; changes go there.

export interface ApiKey {
  readonly id: number;
  readonly name: string;
  /** The first characters of the key. */
  readonly hint: string;
  readonly scopes: ReadonlyArray<"lookups.read" | "numbers.read" | "numbers.write" | "numbers.export" | "numbers.real" | "numbers.reveal" | "calls.read" | "calls.export" | "calls.hangup" | "calls.record" | "live.watch" | "stats.read" | "system.read" | "audit.read">;
  /** ISO 8601 in UTC. */
  readonly expiresAt: string | null;
  /** ISO 8601 in UTC. */
  readonly lastUsedAt: string | null;
  /** ISO 8601 in UTC. */
  readonly revokedAt: string | null;
  /** ISO 8601 in UTC. */
  readonly createdAt: string;
}

export interface ApiTimes {
  readonly node: string;
  /** Figures of this instance only. */
  readonly windowSeconds: number;
  readonly requests: number;
  /** Responses with a status of 500 or higher. */
  readonly errors: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  readonly series: ReadonlyArray<{
    /** ISO 8601 in UTC. */
    readonly at: string;
    readonly requests: number;
    readonly p50Ms: number | null;
    readonly p95Ms: number | null;
  }>;
}

export interface AuditRecord {
  readonly id: number;
  /** ISO 8601 in UTC. */
  readonly at: string;
  /** One of sign-in, sign-out, set-up, upload, change, reveal, export, delete, hang-up, test-call, password, totp, session.revoke, user.create, user.change, user.delete, key.create, key.revoke, rule.create, rule.delete, privacy.report, privacy.erase; later versions may have more. */
  readonly action: string;
  /** One of done, refused, failed; later versions may have more. */
  readonly outcome: string;
  readonly actor: {
    /** One of open, anonymous, user, key, address, command; later versions may have more. */
    readonly kind: string;
    readonly id: number | null;
    readonly name: string;
  };
  readonly target: {
    readonly kind: string;
    readonly id: string;
  } | null;
  readonly address: string;
  readonly details: {
    readonly [name: string]: string | number | boolean | null;
  } | null;
  /** Old and new values, for mappings and pools only if the viewer may see these. null: none; in a bulk change, `before` is always null. Numbers are never among them. */
  readonly changes: ReadonlyArray<FieldChange>;
}

export interface Backup {
  /** `unwatched`: `BACKUP_STATUS_FILE` is not set. `missing`: the file does not exist. `late`: the backup is too old. */
  readonly status: "unwatched" | "fresh" | "late" | "missing" | "unreadable";
  /** ISO 8601 in UTC. */
  readonly lastAt: string | null;
  readonly maxAgeHours: number;
}

export interface BulkUndo {
  readonly steps: ReadonlyArray<UndoStep>;
}

export interface BusiestNumbers {
  /** ISO 8601 in UTC. */
  readonly from: string;
  /** ISO 8601 in UTC. */
  readonly to: string;
  readonly items: ReadonlyArray<{
    /** E.164 without the plus sign. */
    readonly proxyNumber: string;
    readonly calls: number;
    readonly answered: number;
    readonly talkSeconds: number;
  }>;
}

export interface Call {
  readonly callId: string;
  /** `return`: the owner of a real number dialled their own proxy number and reached the other party of its newest call, which is `realNumber` then. */
  readonly direction: "in" | "return";
  /** E.164 without the plus sign, or as dialled if it is not a number. */
  readonly proxyNumber: string;
  /** E.164 without the plus sign. */
  readonly realNumber: string | null;
  /** The number that the callee saw, masked like `realNumber` unless it is the proxy number; null if it was withheld or nothing was dialled. */
  readonly shownNumber: string | null;
  /** As sent by the inbound trunk, or masked like `realNumber`; null if withheld. */
  readonly caller: string | null;
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
  /** ISO 8601 in UTC. */
  readonly answeredAt: string | null;
  /** ISO 8601 in UTC. */
  readonly endedAt: string | null;
  /** Who ended the call; `system` is Asterisk or phone-proxy; null if unknown. */
  readonly endedBy: CallEnder | null;
  /** From dialling to the answer or the end; null if unknown. */
  readonly ringSeconds: number | null;
  readonly talkSeconds: number;
  readonly status: CallStatus;
  readonly reason: CallReason | null;
  /** The callee's final answer: 200 if the call was answered, else the code of the refusal. null without an answer. */
  readonly sipCode: number | null;
  /** Q.850. */
  readonly cause: number | null;
  readonly inboundTrunk: string | null;
  readonly outboundTrunk: string | null;
  readonly asterisk: string | null;
  /** The instance that followed the call; null if none did. */
  readonly node: string | null;
}

export interface CallDetails {
  readonly callId: string;
  /** `return`: the owner of a real number dialled their own proxy number and reached the other party of its newest call, which is `realNumber` then. */
  readonly direction: "in" | "return";
  /** E.164 without the plus sign, or as dialled if it is not a number. */
  readonly proxyNumber: string;
  /** E.164 without the plus sign. */
  readonly realNumber: string | null;
  /** The number that the callee saw, masked like `realNumber` unless it is the proxy number; null if it was withheld or nothing was dialled. */
  readonly shownNumber: string | null;
  /** As sent by the inbound trunk, or masked like `realNumber`; null if withheld. */
  readonly caller: string | null;
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
  /** ISO 8601 in UTC. */
  readonly answeredAt: string | null;
  /** ISO 8601 in UTC. */
  readonly endedAt: string | null;
  /** Who ended the call; `system` is Asterisk or phone-proxy; null if unknown. */
  readonly endedBy: CallEnder | null;
  /** From dialling to the answer or the end; null if unknown. */
  readonly ringSeconds: number | null;
  readonly talkSeconds: number;
  readonly status: CallStatus;
  readonly reason: CallReason | null;
  /** The callee's final answer: 200 if the call was answered, else the code of the refusal. null without an answer. */
  readonly sipCode: number | null;
  /** Q.850. */
  readonly cause: number | null;
  readonly inboundTrunk: string | null;
  readonly outboundTrunk: string | null;
  readonly asterisk: string | null;
  /** The instance that followed the call; null if none did. */
  readonly node: string | null;
  /** null if no instance followed the call. */
  readonly timeline: ReadonlyArray<TimelineStep> | null;
}

export interface CallExport {
  /** Calls that started at this time or later. */
  readonly from?: string;
  /** Calls that started before this time. */
  readonly to?: string;
  readonly status?: ReadonlyArray<CallStatus>;
  readonly direction?: CallDirection;
  /** Inbound or outbound. */
  readonly trunk?: string;
  /** Minimum talk time. */
  readonly minSeconds?: number;
  /** Maximum talk time. */
  readonly maxSeconds?: number;
  /** Proxy, real, or caller's number, in any notation. */
  readonly number?: string;
  /** Anywhere in a number, or in the label or reference of the number called, in any notation. Not together with `number`. */
  readonly search?: string;
  readonly delimiter?: "comma" | "semicolon" | "tab";
  /** IANA name. */
  readonly zone?: string;
}

export interface CallPage {
  readonly items: ReadonlyArray<Call>;
  /** `after` of the next page; null on the last. */
  readonly next: string | null;
  /** If `search` matches too many numbers, only the newest of them are searched: this is how many. Otherwise null. */
  readonly searchedFor: number | null;
  /** Number of calls found and their talk time, on the first page only. Without `exact` there are at least this many. Also null for a trunk or duration without a number over more than a month, which would take long to count. */
  readonly total: {
    readonly calls: number;
    readonly talkSeconds: number;
    readonly exact: boolean;
  } | null;
}

export interface CallSearch {
  /** Calls that started at this time or later. */
  readonly from?: string;
  /** Calls that started before this time. */
  readonly to?: string;
  readonly status?: ReadonlyArray<CallStatus>;
  readonly direction?: CallDirection;
  /** Inbound or outbound. */
  readonly trunk?: string;
  /** Minimum talk time. */
  readonly minSeconds?: number;
  /** Maximum talk time. */
  readonly maxSeconds?: number;
  /** Proxy, real, or caller's number, in any notation. */
  readonly number?: string;
  /** Anywhere in a number, or in the label or reference of the number called, in any notation. Not together with `number`. */
  readonly search?: string;
  readonly limit?: number;
  readonly after?: string;
}

export interface CallStats {
  /** ISO 8601 in UTC. */
  readonly from: string;
  /** ISO 8601 in UTC. */
  readonly to: string;
  readonly zone: string;
  readonly step: "hour" | "day";
  readonly totals: {
    readonly calls: number;
    readonly answered: number;
    readonly successRate: number | null;
    readonly talkSeconds: number;
    readonly outcomes: ReadonlyArray<{
      readonly status: CallStatus;
      readonly calls: number;
    }>;
    readonly answerTime: Times;
    readonly ringTime: Times;
    readonly talkTime: Times;
    /** Average post-dial delay: from dialling to the first ringing, or to an answer without ringing. Calls without either are not counted. */
    readonly postDialSeconds: number | null;
    /** The most calls in progress at once, known a few seconds after they have ended; null without any. */
    readonly peakCalls: number | null;
  };
  /** Every hour or day of the range, including those without calls. */
  readonly series: ReadonlyArray<{
    /** Start of the hour or day in `zone`. */
    readonly at: string;
    readonly calls: number;
    readonly answered: number;
    readonly noAnswer: number;
    readonly busy: number;
    readonly cancelled: number;
    /** Could not be put through: unallocated, congestion, loop, overload, handed_back, failed. */
    readonly failed: number;
    /** Refused by the callee or by a rule here: rejected, unknown_number, disabled, expired, quarantined, own_number, limited. */
    readonly refused: number;
    readonly talkSeconds: number;
    /** Average from dialling to the answer. */
    readonly answerSeconds: number | null;
    /** Average from dialling to the end of calls that were not answered. */
    readonly ringSeconds: number | null;
  }>;
  /** Calls that came in or went out over each trunk, the busiest first. */
  readonly trunks: ReadonlyArray<{
    readonly trunk: string;
    readonly calls: number;
    readonly answered: number;
    readonly talkSeconds: number;
    /** Average post-dial delay: from dialling to the first ringing, or to an answer without ringing. Calls without either are not counted. */
    readonly postDialSeconds: number | null;
  }>;
}

export interface CallToSimulate {
  /** In any notation; null: withheld. */
  readonly caller: string | null;
  /** By default the first one. */
  readonly inboundTrunk?: string;
}

export interface CallWorkbook {
  /** Calls that started at this time or later. */
  readonly from?: string;
  /** Calls that started before this time. */
  readonly to?: string;
  readonly status?: ReadonlyArray<CallStatus>;
  readonly direction?: CallDirection;
  /** Inbound or outbound. */
  readonly trunk?: string;
  /** Minimum talk time. */
  readonly minSeconds?: number;
  /** Maximum talk time. */
  readonly maxSeconds?: number;
  /** Proxy, real, or caller's number, in any notation. */
  readonly number?: string;
  /** Anywhere in a number, or in the label or reference of the number called, in any notation. Not together with `number`. */
  readonly search?: string;
  /** IANA name. */
  readonly zone?: string;
}

export interface CreatedApiKey {
  readonly key: ApiKey;
  readonly secret: string;
}

export interface CreatedUser {
  readonly user: User;
  readonly invitation: Invitation;
}

export interface CurrentSession {
  readonly access: "open" | "required";
  /** There is no administrator yet; the log has the link to create the first one. */
  readonly setUpNeeded: boolean;
  readonly user: User | null;
  readonly sessionId: number | null;
  readonly permissions: ReadonlyArray<Permission>;
}

export interface ErasureReport {
  readonly findings: PrivacyFindings;
  readonly imports: ReadonlyArray<{
    readonly id: number;
    readonly rows: number;
    /** In the file's name or among its first rows. */
    readonly inDescription: boolean;
  }>;
  /** What each instance has, or had, in its own files. */
  readonly instances: ReadonlyArray<{
    readonly node: string;
    readonly spoolLines: number;
    /** Lines of Asterisk's call file. */
    readonly callFileLines: number;
    readonly importFiles: number;
    /** False if something is left or could not be searched; the instance's log says why. */
    readonly isComplete: boolean;
  }>;
  /** Received a file with the number, and did not respond. */
  readonly silentInstances: ReadonlyArray<string>;
  /** The number is also one of your proxy numbers, and remains one. */
  readonly isProxyNumber: boolean;
  /** Copies that were made before and that cannot be changed, such as backups. */
  readonly remains: ReadonlyArray<{
    readonly where: "backups" | "binaryLog";
    /** When the last copy expires; null if that is not known. */
    readonly until: string | null;
  }>;
  readonly mappingIds: ReadonlyArray<number>;
  /** False if something is left or could not be reached. Send the request again: this is harmless. */
  readonly isComplete: boolean;
}

export interface FieldChange {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface FirstCallGuide {
  readonly done: FirstCallSteps;
  readonly inboundTrunks: ReadonlyArray<{
    readonly name: string;
    /** Where the dialled number is expected. */
    readonly did: "request" | "to" | "p-called-party-id";
  }>;
  /** The first of the first pool; null without a pool. */
  readonly proxyNumber: {
    /** E.164 without the plus sign. */
    readonly number: string;
    /** All that are understood. */
    readonly spellings: ReadonlyArray<string>;
  } | null;
  /** An active one, to try a call with; null without any. */
  readonly mapping: {
    readonly id: number;
    /** E.164 without the plus sign. */
    readonly proxyNumber: string;
  } | null;
  /** For `asterisk/settings.env`, with the names and addresses of this installation. */
  readonly snippet: string;
}

export interface FirstCallSteps {
  readonly database: boolean;
  readonly pool: boolean;
  readonly numbers: boolean;
  readonly asterisk: boolean;
  /** A call has arrived. */
  readonly inboundTrunk: boolean;
  /** Users have to sign in. */
  readonly access: boolean;
  /** A call has been answered, not counting test calls. */
  readonly call: boolean;
}

export interface FoundMapping {
  readonly id: number;
  /** E.164 without the plus sign. */
  readonly proxyNumber: string;
  /** E.164 without the plus sign, masked without `numbers.real`; null: erased. */
  readonly realNumber: string | null;
  readonly state: "active" | "disabled" | "expired" | "quarantined";
  readonly label: string | null;
  readonly reference: string | null;
  /** A bare date lasts until the end of that day in `TIME_ZONE`. Any other expiry is a time: in responses in UTC, in requests with any offset. */
  readonly expiresAt: string | null;
  /** `proxy`, `dialled`, `caller`, `anonymous`, `fixed:NUMBER`; null: the policy of the pool or the trunk. */
  readonly callerId: string | null;
  readonly pool: {
    readonly id: number;
    readonly name: string | null;
  } | null;
  readonly importId: number | null;
  /** For released mappings: the end of the quarantine of the proxy number. */
  readonly quarantinedUntil: string | null;
  readonly realNumberIsProxy: boolean;
  /** ISO 8601 in UTC. */
  readonly createdAt: string;
  /** ISO 8601 in UTC. */
  readonly updatedAt: string;
  /** Also in the header `ETag`. Sent as `If-Match`, it prevents a change from overwriting another one. */
  readonly etag: string;
  /** For released mappings: the mapping that the real number has now, so that the release cannot be undone. */
  readonly successor: {
    readonly id: number;
    /** E.164 without the plus sign. */
    readonly proxyNumber: string;
  } | null;
}

export interface Health {
  /** `down`: calls cannot be handled. `degraded`: they can, but something needs attention. */
  readonly status: "up" | "degraded" | "down";
  readonly parts?: {
    readonly [name: string]: PartHealth;
  };
  readonly node?: string;
}

export interface HungUp {
  readonly callId: string;
  readonly node: string;
}

export interface Import {
  readonly id: number;
  readonly state: "previewing" | "previewed" | "running" | "cancelled" | "done" | "failed" | "undoing" | "undone";
  readonly waitingFor: "database" | "runner" | null;
  readonly fileName: string;
  readonly fileBytes: number;
  readonly poolId: number | null;
  /** 0 to 1. */
  readonly progress: number;
  readonly rowsPerSecond: number | null;
  readonly remainingMs: number | null;
  readonly counts: ImportCounts;
  /** The forecast of the dry run. A commit gives exactly these counts if there was a pool. */
  readonly preview: {
    readonly counts: ImportCounts;
    readonly pools: ReadonlyArray<{
      readonly poolId: number;
      readonly name: string;
      readonly wanted: number;
      readonly free: number;
    }>;
    readonly poolSuffices: boolean;
    /** The pool for rows that name none; a commit takes numbers from it. null: there is none, or you have to choose one of several. */
    readonly poolId: number | null;
    /** How many numbers have no pool. If no row names a pool, they are counted as created, as if there were a pool with room for them. */
    readonly withoutPool: number;
  } | null;
  readonly failure: {
    readonly code: string;
    readonly message: string;
    readonly remedy: string;
    readonly afterRow: number | null;
  } | null;
  /** Once undone, the first three add up to `created` of the counts, the other two to `updated`. */
  readonly undo: {
    readonly removed: number;
    readonly kept: number;
    /** By a user or a program, since the import. */
    readonly released: number;
    readonly restored: number;
    /** Changed or released since, so they stay as they are. */
    readonly unrestored: number;
  } | null;
  readonly uploadedBy: {
    /** One of user, key, address, anonymous, open; later versions may have more. `open`: the file was uploaded while access was open. */
    readonly kind: string;
    /** At that time; empty if unknown. */
    readonly name: string;
  } | null;
  /** ISO 8601 in UTC. */
  readonly createdAt: string;
  /** ISO 8601 in UTC. */
  readonly startedAt: string | null;
  /** ISO 8601 in UTC. */
  readonly finishedAt: string | null;
  readonly reading: {
    readonly source: {
      readonly format: "csv";
      readonly encoding: "utf-8" | "windows-1251" | "utf-16le" | "utf-16be" | "ibm866" | "koi8-r" | "koi8-u" | "iso-8859-5" | "x-mac-cyrillic" | "windows-1252";
      readonly byteOrderMark: boolean;
      readonly delimiter: ";" | "," | "\t" | "|" | null;
      readonly quote: "\"" | "'" | null;
      readonly separatorLine: boolean;
      readonly escape?: "\\";
      /** Each line is quoted as a whole. */
      readonly wrapped?: true;
    } | {
      readonly format: "xlsx";
      readonly sheet: string;
      readonly sheets: ReadonlyArray<{
        readonly name: string;
        readonly hidden: boolean;
      }>;
    };
    readonly headerRow: number | null;
    readonly columns: ReadonlyArray<{
      /** From 0. */
      readonly place: number;
      readonly header: string | null;
      readonly field: "realNumber" | "label" | "reference" | "expiry" | "pool" | "callerIdPolicy" | "proxyNumber" | "countryCode" | "areaCode" | "extension" | "ignored";
      readonly because: "header" | "contents" | "choice" | null;
    }>;
    readonly defaultCountry: string;
    readonly bareForm: "national" | "international" | null;
    readonly timeZone: string;
    readonly estimatedRows: number | null;
    readonly choices: ReadingChoices;
  };
  readonly notices: ReadonlyArray<{
    readonly code: string;
    readonly message: string;
    readonly remedy: string;
  }>;
  readonly firstRows: ReadonlyArray<{
    readonly row: number;
    readonly cells: ReadonlyArray<string>;
    readonly kind: "created" | "existing" | "differing" | "updated" | "duplicate" | "rejected" | "skipped" | null;
    /** For a known number, the stored values, with updates applied. null: not stored. */
    readonly stored: {
      /** E.164 without the plus sign. */
      readonly realNumber: string;
      /** E.164 without the plus sign. */
      readonly proxyNumber: string | null;
      readonly label: string | null;
      readonly reference: string | null;
      /** A bare date lasts until the end of that day in `TIME_ZONE`. Any other expiry is a time: in responses in UTC, in requests with any offset. */
      readonly expiresAt: string | null;
      readonly pool: string | null;
      readonly callerId: string | null;
    } | null;
    /** The fields of a known number that differ between the file and the stored data. */
    readonly differences: ReadonlyArray<{
      readonly field: string;
      /** As stored before the import. */
      readonly ours: string | null;
      readonly file: string | null;
      /** The value of the file is stored, or will be. */
      readonly updated: boolean;
    }>;
    readonly refusal: {
      readonly code: string;
      readonly message: string;
      readonly remedy: string;
      readonly field: string | null;
    } | null;
  }>;
  readonly keptMappings?: ReadonlyArray<{
    readonly id: number;
    /** E.164 without the plus sign. */
    readonly proxyNumber: string;
    /** E.164 without the plus sign. */
    readonly realNumber: string;
  }>;
  readonly keptMappingsOmitted?: number;
}

export interface ImportCounts {
  /** The sum of the others, except `refusals`. */
  readonly rows: number;
  readonly created: number;
  /** Known numbers with no other data in the file. */
  readonly existing: number;
  /** Known numbers with other data in the file, which is not stored. */
  readonly differing: number;
  /** Known numbers that get their label, reference, or expiry from the file. */
  readonly updated: number;
  readonly duplicate: number;
  readonly rejected: number;
  /** Rows with nothing to do: blank, or of a mapping that was released. */
  readonly blank: number;
  readonly header: number;
  /** The rejected ones by code. */
  readonly refusals: {
    readonly [name: string]: number;
  };
}

export interface ImportPage {
  readonly items: ReadonlyArray<{
    readonly id: number;
    readonly state: "previewing" | "previewed" | "running" | "cancelled" | "done" | "failed" | "undoing" | "undone";
    readonly waitingFor: "database" | "runner" | null;
    readonly fileName: string;
    readonly fileBytes: number;
    readonly poolId: number | null;
    /** 0 to 1. */
    readonly progress: number;
    readonly rowsPerSecond: number | null;
    readonly remainingMs: number | null;
    readonly counts: ImportCounts;
    /** The forecast of the dry run. A commit gives exactly these counts if there was a pool. */
    readonly preview: {
      readonly counts: ImportCounts;
      readonly pools: ReadonlyArray<{
        readonly poolId: number;
        readonly name: string;
        readonly wanted: number;
        readonly free: number;
      }>;
      readonly poolSuffices: boolean;
      /** The pool for rows that name none; a commit takes numbers from it. null: there is none, or you have to choose one of several. */
      readonly poolId: number | null;
      /** How many numbers have no pool. If no row names a pool, they are counted as created, as if there were a pool with room for them. */
      readonly withoutPool: number;
    } | null;
    readonly failure: {
      readonly code: string;
      readonly message: string;
      readonly remedy: string;
      readonly afterRow: number | null;
    } | null;
    /** Once undone, the first three add up to `created` of the counts, the other two to `updated`. */
    readonly undo: {
      readonly removed: number;
      readonly kept: number;
      /** By a user or a program, since the import. */
      readonly released: number;
      readonly restored: number;
      /** Changed or released since, so they stay as they are. */
      readonly unrestored: number;
    } | null;
    readonly uploadedBy: {
      /** One of user, key, address, anonymous, open; later versions may have more. `open`: the file was uploaded while access was open. */
      readonly kind: string;
      /** At that time; empty if unknown. */
      readonly name: string;
    } | null;
    /** ISO 8601 in UTC. */
    readonly createdAt: string;
    /** ISO 8601 in UTC. */
    readonly startedAt: string | null;
    /** ISO 8601 in UTC. */
    readonly finishedAt: string | null;
  }>;
  /** `after` of the next page; null on the last. */
  readonly next: string | null;
}

export interface ImportRow {
  /** As spreadsheet programs count, from 1. */
  readonly row: number;
  /** `skipped`: blank, or of the header. */
  readonly kind: "created" | "existing" | "differing" | "updated" | "duplicate" | "rejected" | "skipped";
  /** The cell of the number as it was, cut to 200 characters. */
  readonly input: string;
  /** All cells of a rejected row as they are in the file, in the order of `reading.columns`, each cut to 200 characters. null for other rows, and where the file is not stored any more or the row is too far down in a large one. */
  readonly cells: ReadonlyArray<string> | null;
  /** E.164 without the plus sign. */
  readonly realNumber: string | null;
  /** E.164 without the plus sign. */
  readonly proxyNumber: string | null;
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  /** The fields of a known number that differ between the file and the stored data. */
  readonly differences: ReadonlyArray<{
    readonly field: string;
    /** As stored before the import. */
    readonly ours: string | null;
    readonly file: string | null;
    /** The value of the file is stored, or will be. */
    readonly updated: boolean;
  }>;
}

export interface ImportRowPage {
  readonly items: ReadonlyArray<ImportRow>;
  /** `after` of the next page; null on the last. A page may have few rows or none and still not be the last: no answer searches the whole of a large file. */
  readonly next: string | null;
}

export interface ImportRowSearch {
  readonly kind?: "created" | "existing" | "differing" | "updated" | "duplicate" | "rejected" | "skipped";
  readonly code?: string;
  readonly limit?: number;
  readonly after?: number;
  readonly lang?: "en" | "ru";
  /** The number of the row, a part of the cell as it was, or digits of either number. */
  readonly text?: string;
}

export interface Invitation {
  /** Valid once, for a day. The page is `/app/invitation#` followed by the token. */
  readonly token: string;
  /** ISO 8601 in UTC. */
  readonly expiresAt: string;
}

export interface InvitedUser {
  readonly username: string;
}

export interface IpRule {
  readonly id: number;
  /** One of access, lookups; later versions may have more. */
  readonly purpose: string;
  readonly network: string;
  readonly note: string;
  /** ISO 8601 in UTC. */
  readonly createdAt: string;
}

export interface LiveCall {
  readonly callId: string;
  readonly state: "lookingUp" | "preparing" | "dialling" | "ringing" | "talking" | "announcing" | "ended";
  readonly caller: string | null;
  readonly proxy: string;
  readonly real: string | null;
  readonly inboundTrunk: string;
  readonly outboundTrunk: string | null;
  readonly node: string;
  readonly asterisk: string;
  /** UTC milliseconds since the epoch. */
  readonly startedAtMs: number;
  /** UTC milliseconds since the epoch. */
  readonly answeredAtMs: number | null;
  /** UTC milliseconds since the epoch. */
  readonly endedAtMs: number | null;
  readonly outcome: {
    readonly status: CallStatus;
    readonly reason: CallReason | null;
    readonly sipCode: number | null;
    readonly cause: number | null;
  } | null;
}

export interface LiveCounters {
  readonly type: "counters";
  /** `seq` of the last delta or snapshot. */
  readonly seq: number;
  readonly figures: LiveFigures;
}

export interface LiveDelta {
  readonly type: "delta";
  /** Increases by one with each delta. After a gap, send `resync`. */
  readonly seq: number;
  /** New, changed, and ended calls, complete. */
  readonly calls: ReadonlyArray<LiveCall>;
  /** Calls whose instance is gone. */
  readonly gone: ReadonlyArray<string>;
}

export interface LiveFigures {
  /** The server's time, for timers. */
  readonly atMs: number;
  /** Calls in progress. */
  readonly now: number;
  /** Since midnight in `zone`; null while the database is unavailable. */
  readonly today: {
    readonly calls: number;
    readonly answered: number;
    readonly successRate: number | null;
  } | null;
  /** Instances with calls on the board. */
  readonly nodes: ReadonlyArray<string>;
  /** False while other instances are unreachable. */
  readonly complete: boolean;
  /** Asterisks that the instance `node` cannot reach: the state of its calls there is unknown. The `asterisk` of such a call is one of the two names. */
  readonly silent: ReadonlyArray<{
    readonly node: string;
    readonly name: string;
    readonly systemName: string | null;
  }>;
}

export interface Liveness {
  readonly status: "live";
}

export interface LiveRequest {
  readonly type: "resync";
}

export interface LiveSnapshot {
  readonly type: "snapshot";
  /** Increases by one with each delta. After a gap, send `resync`. */
  readonly seq: number;
  /** In progress, oldest first. */
  readonly calls: ReadonlyArray<LiveCall>;
  /** Ended in the last minutes, newest first. */
  readonly ended: ReadonlyArray<LiveCall>;
  /** How long ended calls stay on the board. */
  readonly keepEndedMs: number;
  /** The most ended calls on the board; the oldest ones leave first. */
  readonly keepEnded: number;
  /** How numbers are written in `DEFAULT_COUNTRY`, for a search. */
  readonly notation: {
    readonly countryCode: string;
    readonly nationalPrefixes: ReadonlyArray<string>;
    readonly internationalPrefixes: ReadonlyArray<string>;
  };
  readonly figures: LiveFigures;
}

export interface Mapping {
  readonly id: number;
  /** E.164 without the plus sign. */
  readonly proxyNumber: string;
  /** E.164 without the plus sign, masked without `numbers.real`; null: erased. */
  readonly realNumber: string | null;
  readonly state: "active" | "disabled" | "expired" | "quarantined";
  readonly label: string | null;
  readonly reference: string | null;
  /** A bare date lasts until the end of that day in `TIME_ZONE`. Any other expiry is a time: in responses in UTC, in requests with any offset. */
  readonly expiresAt: string | null;
  /** `proxy`, `dialled`, `caller`, `anonymous`, `fixed:NUMBER`; null: the policy of the pool or the trunk. */
  readonly callerId: string | null;
  readonly pool: {
    readonly id: number;
    readonly name: string | null;
  } | null;
  readonly importId: number | null;
  /** For released mappings: the end of the quarantine of the proxy number. */
  readonly quarantinedUntil: string | null;
  readonly realNumberIsProxy: boolean;
  /** ISO 8601 in UTC. */
  readonly createdAt: string;
  /** ISO 8601 in UTC. */
  readonly updatedAt: string;
  /** Also in the header `ETag`. Sent as `If-Match`, it prevents a change from overwriting another one. */
  readonly etag: string;
}

export interface MappingBulk {
  readonly filter?: {
    /** Anywhere in the label, the reference, or a number, in any notation. */
    readonly search?: string;
    readonly number?: string;
    readonly suffix?: string;
    readonly label?: string;
    readonly reference?: string;
    readonly pool?: number;
    readonly state?: "active" | "disabled" | "expired" | "quarantined";
    readonly import?: number;
  };
  /** Exactly these mappings, instead of a filter. */
  readonly ids?: ReadonlyArray<number>;
  /** Confirms that an empty filter is intended. */
  readonly all?: boolean;
  readonly change?: {
    readonly state?: "active" | "disabled";
    readonly expiresAt?: "now" | string | null;
    readonly label?: string | null;
    readonly reference?: string | null;
    readonly callerId?: string | null;
  };
  readonly release?: true;
  readonly dryRun?: boolean;
  /** The count of the preview; a different one is rejected. */
  readonly expected?: number;
  readonly after?: string;
  /** Requests `undo`, which `POST /mappings/bulk/undo` accepts. */
  readonly undoable?: boolean;
}

export interface MappingEvent {
  /** ISO 8601 in UTC. */
  readonly at: string;
  /** One of created, changed, released, restored, renumbered, erased; later versions may have more. */
  readonly what: string;
  /** Names of the changed fields, e.g. `state`; empty if unknown. */
  readonly fields: ReadonlyArray<string>;
  /** Old and new values of changed fields, as far as they are known. Numbers are never among them: of `callerId`, only the kind. */
  readonly changes: ReadonlyArray<FieldChange>;
  /** null: unknown, as for older bulk changes. */
  readonly actor: {
    /** One of user, key, address, anonymous, open; later versions may have more. `open`: the change was made while access was open. */
    readonly kind: string;
    /** The name at that time. */
    readonly name: string;
  } | null;
  /** The import that created it. */
  readonly importId: number | null;
}

export interface MappingHistory {
  readonly items: ReadonlyArray<MappingEvent>;
  /** `after` of the next page; null on the last. */
  readonly next: string | null;
}

export interface MappingPage {
  readonly items: ReadonlyArray<Mapping>;
  /** `after` of the next page; null on the last. */
  readonly next: string | null;
  /** On the first page only. Without `exact` there are at least this many. */
  readonly total?: {
    readonly value: number;
    readonly exact: boolean;
  };
}

export interface MappingPatch {
  readonly state?: "active" | "disabled";
  readonly expiresAt?: "now" | string | null;
  readonly label?: string | null;
  readonly reference?: string | null;
  readonly callerId?: string | null;
  readonly realNumber?: string;
}

export interface MappingQuery {
  /** Anywhere in the label, the reference, or a number, in any notation. */
  readonly search?: string;
  readonly number?: string;
  readonly suffix?: string;
  readonly label?: string;
  readonly reference?: string;
  readonly pool?: number;
  readonly state?: "active" | "disabled" | "expired" | "quarantined";
  readonly import?: number;
  readonly sort?: string;
  readonly limit?: number;
  readonly after?: string;
}

export interface NewApiKey {
  readonly name: string;
  readonly scopes: ReadonlyArray<"lookups.read" | "numbers.read" | "numbers.write" | "numbers.export" | "numbers.real" | "numbers.reveal" | "calls.read" | "calls.export" | "calls.hangup" | "calls.record" | "live.watch" | "stats.read" | "system.read" | "audit.read">;
  readonly expiresAt?: string | null;
}

export interface NewIpRule {
  readonly purpose: IpRulePurpose;
  readonly network: string;
  readonly note?: string;
}

export interface NewMapping {
  readonly realNumber: string;
  /** Takes a free number from this pool; by default from the default pool. */
  readonly pool?: number;
  /** This specific number: from a pool, free, neither quarantined nor blocked. */
  readonly proxyNumber?: string;
  /** A bare date lasts until the end of that day in `TIME_ZONE`. Any other expiry is a time: in responses in UTC, in requests with any offset. */
  readonly expiresAt?: string | null;
  readonly label?: string | null;
  readonly reference?: string | null;
  readonly callerId?: string | null;
}

export interface NewPool {
  readonly name: string;
  readonly label?: string | null;
  readonly country?: string | null;
  readonly callerId?: string | null;
  readonly quarantineSeconds?: number;
  readonly enabled?: boolean;
  readonly isDefault?: boolean;
  readonly warningDays?: number;
  readonly ranges?: ReadonlyArray<{
    readonly first: string;
    readonly last: string;
  }>;
  readonly numbers?: ReadonlyArray<string>;
}

export interface NewUser {
  /** Case-insensitive. */
  readonly username: string;
  readonly displayName: string;
  readonly role: Role;
}

export interface NumberForCall {
  /** E.164 without the plus sign. */
  readonly fake_phone: string;
  /** E.164 without the plus sign. */
  readonly real_phone: string;
  /** `loop`: the real number is itself a proxy number. `premium`: it is expensive, and `ALLOW_PREMIUM_NUMBERS` is not set. `returned`: the caller's number is, so one of our own legs has come back. */
  readonly state: "active" | "disabled" | "expired" | "quarantined" | "loop" | "premium" | "returned";
  /** The number to show to the callee; empty: the default of the trunk. */
  readonly policy: "" | "proxy" | "dialled" | "caller" | "fixed" | "anonymous";
  /** The number to show under the policy `fixed`, otherwise empty. */
  readonly shown_phone: string;
  /** The caller's own active proxy number; empty if there is none. */
  readonly own_phone: string;
  /** For the owner of the real number: the other party of the newest call; empty if there is none. */
  readonly party_phone: string;
}

export interface NumberPair {
  /** E.164 without the plus sign. */
  readonly fake_phone: string;
  /** E.164 without the plus sign. */
  readonly real_phone: string;
}

export interface OneTimeLink {
  readonly token: string;
}

export interface Owners {
  readonly items: ReadonlyArray<{
    /** E.164 without the plus sign. */
    readonly proxyNumber: string;
    /** Of the mapping. */
    readonly id: number;
    readonly label: string | null;
    readonly reference: string | null;
    /** Earlier calls were to another mapping of the number. */
    readonly createdAt: string;
  }>;
}

export interface OwnershipProof {
  readonly password: string;
  /** From the active authenticator, or a recovery code. Required if there is one. */
  readonly code?: string;
}

export interface OwnersQuery {
  readonly proxyNumbers: ReadonlyArray<string>;
}

export interface PartHealth {
  readonly kind: "asterisk" | "trunk" | "inboundTrunk" | "database" | "replica" | "redis" | "spool" | "pools" | "imports" | "access" | "backup" | "eventLoop";
  readonly status: "up" | "degraded" | "down" | "off";
  /** Details in words. */
  readonly detail: string;
}

export interface PasswordChange {
  readonly current: string;
  readonly next: string;
}

export interface PersonsNumber {
  readonly number: string;
}

export interface PlacedTestCall {
  /** ID of the call and of its record. */
  readonly callId: string;
  /** Asterisk ends the call after this time. */
  readonly mostSeconds: number;
}

export interface Pool {
  readonly id: number;
  readonly name: string;
  readonly label: string | null;
  readonly country: string | null;
  /** For mappings without one: `proxy`, `dialled`, `caller`, `anonymous`, `fixed:NUMBER`; null: the trunk's. */
  readonly callerId: string | null;
  readonly quarantineSeconds: number;
  readonly enabled: boolean;
  readonly isDefault: boolean;
  readonly ranges: ReadonlyArray<{
    /** E.164 without the plus sign. */
    readonly first: string;
    /** E.164 without the plus sign. */
    readonly last: string;
  }>;
  /** Numbers from lists. */
  readonly listed: number;
  readonly counts: {
    readonly total: number;
    readonly free: number;
    readonly used: number;
    readonly quarantined: number;
    readonly blocked: number;
  };
  readonly forecast: {
    /** null: not at the current rate, or not known yet. */
    readonly emptyInDays: number | null;
    /** Numbers allocated per day, without those returned; null in the first week of use. */
    readonly perDay: number | null;
    /** Days in the average: the last four weeks of use without the busiest day. */
    readonly basedOnDays: number;
    readonly warningDays: number;
    readonly warning: boolean;
  };
  /** ISO 8601 in UTC. */
  readonly createdAt: string;
  /** ISO 8601 in UTC. */
  readonly updatedAt: string;
}

export interface PoolNumbers {
  readonly ranges?: ReadonlyArray<{
    readonly first: string;
    readonly last: string;
  }>;
  readonly numbers?: ReadonlyArray<string>;
}

export interface PoolPatch {
  readonly name?: string;
  readonly label?: string | null;
  readonly country?: string | null;
  readonly callerId?: string | null;
  readonly quarantineSeconds?: number;
  readonly enabled?: boolean;
  readonly isDefault?: boolean;
  readonly warningDays?: number;
}

export interface PreviewChoices {
  /** ISO 3166, for numbers without a country code. */
  readonly country?: string;
  /** How numbers without a plus sign are meant. `national`: without the national prefix, so that ten digits are a whole number; `international`: with a country code; null or absent: as complete numbers of the default country. */
  readonly bareForm?: "national" | "international" | null;
  /** The column of the numbers, by its header or by its number from 1. */
  readonly column?: string;
  /** For numbers that already have a proxy number, if the file has other data. `update`: take label, reference, and expiry from the file; empty cells change nothing. `leave`, the default: change nothing, and report the row and what differs. */
  readonly existing?: "leave" | "update";
  readonly encoding?: "utf-8" | "windows-1251" | "utf-16le" | "utf-16be" | "ibm866" | "koi8-r" | "koi8-u" | "iso-8859-5" | "x-mac-cyrillic" | "windows-1252";
  readonly delimiter?: ";" | "," | "\t" | "|" | null;
  readonly quote?: "\"" | "'" | null;
  readonly sheet?: string;
  readonly headerRow?: number | null;
  readonly columns?: {
    readonly [name: string]: "realNumber" | "label" | "reference" | "expiry" | "pool" | "callerIdPolicy" | "proxyNumber" | "countryCode" | "areaCode" | "extension" | "ignored";
  };
  /** ID of the pool for rows without one; null: the default pool; absent: unchanged. */
  readonly pool?: number | null;
}

export interface PrivacyFindings {
  /** Mappings of the number, the released ones included. */
  readonly mappings: number;
  /** Other mappings whose label or reference names it. */
  readonly labels: number;
  /** Labels of pools and notes of blocked numbers that name it. */
  readonly notes: number;
  /** Mappings and pools that show it as a fixed caller ID. */
  readonly callerIds: number;
  /** Call records, where it is the real number or the caller's. */
  readonly calls: number;
  /** Stored rows of imports. */
  readonly importRows: number;
  /** Keys in Redis. */
  readonly sharedNotes: number;
}

export interface PrivacyReport {
  readonly findings: PrivacyFindings;
  readonly imports: ReadonlyArray<{
    readonly id: number;
    readonly rows: number;
    /** In the file's name or among its first rows. */
    readonly inDescription: boolean;
  }>;
  /** What each instance has, or had, in its own files. */
  readonly instances: ReadonlyArray<{
    readonly node: string;
    readonly spoolLines: number;
    /** Lines of Asterisk's call file. */
    readonly callFileLines: number;
    readonly importFiles: number;
    /** False if something is left or could not be searched; the instance's log says why. */
    readonly isComplete: boolean;
  }>;
  /** Received a file with the number, and did not respond. */
  readonly silentInstances: ReadonlyArray<string>;
  /** The number is also one of your proxy numbers, and remains one. */
  readonly isProxyNumber: boolean;
  /** Copies that were made before and that cannot be changed, such as backups. */
  readonly remains: ReadonlyArray<{
    readonly where: "backups" | "binaryLog";
    /** When the last copy expires; null if that is not known. */
    readonly until: string | null;
  }>;
  readonly mappings: ReadonlyArray<Mapping>;
  /** The newest 1,000. */
  readonly calls: ReadonlyArray<{
    readonly callId: string;
    /** ISO 8601 in UTC. */
    readonly startedAt: string;
    /** Whose number it is in this call. `shown`: only the callee saw it. */
    readonly as: "caller" | "dialled" | "real" | "shown";
    readonly talkSeconds: number;
    /** One of answered, busy, no_answer, cancelled, rejected, unallocated, congestion, unknown_number, disabled, expired, quarantined, loop, own_number, overload, limited, handed_back, failed; later versions may have more. */
    readonly status: string;
  }>;
}

export interface Problem {
  readonly status: number;
  /** Stable identifier for programs. */
  readonly code: string;
  /** What went wrong. */
  readonly detail: string;
  /** How to fix it. */
  readonly remedy?: string;
}

export interface Readiness {
  readonly status: "starting" | "ready" | "stopping";
}

export interface ReadingChoices {
  /** ISO 3166, for numbers without a country code. */
  readonly country?: string;
  /** How numbers without a plus sign are meant. `national`: without the national prefix, so that ten digits are a whole number; `international`: with a country code; null or absent: as complete numbers of the default country. */
  readonly bareForm?: "national" | "international" | null;
  /** The column of the numbers, by its header or by its number from 1. */
  readonly column?: string;
  /** For numbers that already have a proxy number, if the file has other data. `update`: take label, reference, and expiry from the file; empty cells change nothing. `leave`, the default: change nothing, and report the row and what differs. */
  readonly existing?: "leave" | "update";
  readonly encoding?: "utf-8" | "windows-1251" | "utf-16le" | "utf-16be" | "ibm866" | "koi8-r" | "koi8-u" | "iso-8859-5" | "x-mac-cyrillic" | "windows-1252";
  readonly delimiter?: ";" | "," | "\t" | "|" | null;
  readonly quote?: "\"" | "'" | null;
  readonly sheet?: string;
  readonly headerRow?: number | null;
  readonly columns?: {
    readonly [name: string]: "realNumber" | "label" | "reference" | "expiry" | "pool" | "callerIdPolicy" | "proxyNumber" | "countryCode" | "areaCode" | "extension" | "ignored";
  };
}

export interface RecoveryCodes {
  /** Each works once in place of a code of the authenticator. Earlier ones are void. */
  readonly codes: ReadonlyArray<string>;
}

export interface Renumbering {
  /** By default the pool of the current proxy number. */
  readonly pool?: number;
  /** This specific number, as for a new mapping. */
  readonly proxyNumber?: string;
}

export interface Retention {
  readonly what: "calls" | "imports" | "signInFailures";
  /** null: kept forever. */
  readonly days: number | null;
  /** ISO 8601 in UTC. */
  readonly lastRunAt: string | null;
  /** By the last run. */
  readonly removed: number;
}

export interface RevealedCall {
  /** null: no number was dialled. */
  readonly realNumber: string | null;
  /** null: withheld. */
  readonly caller: string | null;
}

export interface RevealedNumber {
  readonly realNumber: string;
}

export interface RoleRights {
  readonly role: Role;
  readonly permissions: ReadonlyArray<Permission>;
}

export interface Session {
  readonly id: number;
  readonly userId: number;
  readonly username: string;
  readonly current: boolean;
  readonly address: string;
  readonly userAgent: string;
  /** ISO 8601 in UTC. */
  readonly createdAt: string;
  /** ISO 8601 in UTC. */
  readonly lastSeenAt: string;
  /** ISO 8601 in UTC. */
  readonly expiresAt: string;
}

export interface Setting {
  readonly name: string;
  readonly section: string;
  /** null if it is not set, or secret. */
  readonly value: string | null;
  readonly isSet: boolean;
  readonly secret: boolean;
  /** `envFile`: the file `.env`. `secretFile`: the file that `NAME_FILE` names. */
  readonly origin: "environment" | "envFile" | "secretFile" | "default";
  readonly about: string;
  readonly fallback: string | null;
}

export interface SettingList {
  readonly node: string;
  readonly items: ReadonlyArray<Setting>;
}

export interface SetUp {
  readonly token: string;
  /** Case-insensitive. */
  readonly username: string;
  readonly password: string;
}

export interface SignIn {
  /** Case-insensitive. */
  readonly username: string;
  readonly password: string;
  readonly code?: string;
}

export interface StoredLines {
  readonly stored: number;
}

export interface System {
  /** The running version. */
  readonly version: string;
  readonly node: string;
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
  readonly uptimeSeconds: number;
  readonly backup: Backup;
  readonly retention: ReadonlyArray<Retention>;
  readonly health: {
    /** `down`: calls cannot be handled. `degraded`: they can, but something needs attention. */
    readonly status: "up" | "degraded" | "down";
    readonly parts: {
      readonly [name: string]: PartHealth;
    };
  };
}

export interface TakeUpInvitation {
  readonly token: string;
  readonly password: string;
}

export interface TestCall {
  readonly callId: string;
  readonly state: "lookingUp" | "preparing" | "dialling" | "ringing" | "talking" | "announcing" | "ended";
  readonly outboundTrunk: string | null;
  /** null while the call goes on. */
  readonly outcome: {
    readonly status: CallStatus;
    readonly reason: CallReason | null;
    readonly sipCode: number | null;
    /** Q.850. */
    readonly cause: number | null;
  } | null;
}

export interface TimelineStep {
  /** ISO 8601 in UTC. */
  readonly at: string;
  /** The event of the call machine, e.g. `calleeRang`. */
  readonly event: string;
  /** The state of the call after it. */
  readonly state: string;
  readonly sipCode: number | null;
}

export interface Times {
  /** Number of calls in these figures. */
  readonly calls: number;
  readonly averageSeconds: number | null;
  readonly p50Seconds: number | null;
  readonly p95Seconds: number | null;
}

export interface TotpCode {
  readonly code: string;
}

export interface TotpSecret {
  readonly secret: string;
  readonly uri: string;
}

export interface UndoStep {
  readonly ids: ReadonlyArray<number>;
  /** The values before the change. */
  readonly change?: {
    readonly state?: "active" | "disabled";
    /** A bare date lasts until the end of that day in `TIME_ZONE`. Any other expiry is a time: in responses in UTC, in requests with any offset. */
    readonly expiresAt?: string | null;
    readonly label?: string | null;
    readonly reference?: string | null;
    readonly callerId?: string | null;
  };
  /** Undoes releases where possible. */
  readonly restore?: true;
  /** Mappings that have changed since then stay as they are. */
  readonly changedAt: string;
}

export interface UploadedImport {
  readonly id: number;
  readonly state: "previewing" | "previewed" | "running" | "cancelled" | "done" | "failed" | "undoing" | "undone";
  readonly waitingFor: "database" | "runner" | null;
  readonly fileName: string;
  readonly fileBytes: number;
  readonly poolId: number | null;
  /** 0 to 1. */
  readonly progress: number;
  readonly rowsPerSecond: number | null;
  readonly remainingMs: number | null;
  readonly counts: ImportCounts;
  /** The forecast of the dry run. A commit gives exactly these counts if there was a pool. */
  readonly preview: {
    readonly counts: ImportCounts;
    readonly pools: ReadonlyArray<{
      readonly poolId: number;
      readonly name: string;
      readonly wanted: number;
      readonly free: number;
    }>;
    readonly poolSuffices: boolean;
    /** The pool for rows that name none; a commit takes numbers from it. null: there is none, or you have to choose one of several. */
    readonly poolId: number | null;
    /** How many numbers have no pool. If no row names a pool, they are counted as created, as if there were a pool with room for them. */
    readonly withoutPool: number;
  } | null;
  readonly failure: {
    readonly code: string;
    readonly message: string;
    readonly remedy: string;
    readonly afterRow: number | null;
  } | null;
  /** Once undone, the first three add up to `created` of the counts, the other two to `updated`. */
  readonly undo: {
    readonly removed: number;
    readonly kept: number;
    /** By a user or a program, since the import. */
    readonly released: number;
    readonly restored: number;
    /** Changed or released since, so they stay as they are. */
    readonly unrestored: number;
  } | null;
  readonly uploadedBy: {
    /** One of user, key, address, anonymous, open; later versions may have more. `open`: the file was uploaded while access was open. */
    readonly kind: string;
    /** At that time; empty if unknown. */
    readonly name: string;
  } | null;
  /** ISO 8601 in UTC. */
  readonly createdAt: string;
  /** ISO 8601 in UTC. */
  readonly startedAt: string | null;
  /** ISO 8601 in UTC. */
  readonly finishedAt: string | null;
  readonly reading: {
    readonly source: {
      readonly format: "csv";
      readonly encoding: "utf-8" | "windows-1251" | "utf-16le" | "utf-16be" | "ibm866" | "koi8-r" | "koi8-u" | "iso-8859-5" | "x-mac-cyrillic" | "windows-1252";
      readonly byteOrderMark: boolean;
      readonly delimiter: ";" | "," | "\t" | "|" | null;
      readonly quote: "\"" | "'" | null;
      readonly separatorLine: boolean;
      readonly escape?: "\\";
      /** Each line is quoted as a whole. */
      readonly wrapped?: true;
    } | {
      readonly format: "xlsx";
      readonly sheet: string;
      readonly sheets: ReadonlyArray<{
        readonly name: string;
        readonly hidden: boolean;
      }>;
    };
    readonly headerRow: number | null;
    readonly columns: ReadonlyArray<{
      /** From 0. */
      readonly place: number;
      readonly header: string | null;
      readonly field: "realNumber" | "label" | "reference" | "expiry" | "pool" | "callerIdPolicy" | "proxyNumber" | "countryCode" | "areaCode" | "extension" | "ignored";
      readonly because: "header" | "contents" | "choice" | null;
    }>;
    readonly defaultCountry: string;
    readonly bareForm: "national" | "international" | null;
    readonly timeZone: string;
    readonly estimatedRows: number | null;
    readonly choices: ReadingChoices;
  };
  readonly notices: ReadonlyArray<{
    readonly code: string;
    readonly message: string;
    readonly remedy: string;
  }>;
  readonly firstRows: ReadonlyArray<{
    readonly row: number;
    readonly cells: ReadonlyArray<string>;
    readonly kind: "created" | "existing" | "differing" | "updated" | "duplicate" | "rejected" | "skipped" | null;
    /** For a known number, the stored values, with updates applied. null: not stored. */
    readonly stored: {
      /** E.164 without the plus sign. */
      readonly realNumber: string;
      /** E.164 without the plus sign. */
      readonly proxyNumber: string | null;
      readonly label: string | null;
      readonly reference: string | null;
      /** A bare date lasts until the end of that day in `TIME_ZONE`. Any other expiry is a time: in responses in UTC, in requests with any offset. */
      readonly expiresAt: string | null;
      readonly pool: string | null;
      readonly callerId: string | null;
    } | null;
    /** The fields of a known number that differ between the file and the stored data. */
    readonly differences: ReadonlyArray<{
      readonly field: string;
      /** As stored before the import. */
      readonly ours: string | null;
      readonly file: string | null;
      /** The value of the file is stored, or will be. */
      readonly updated: boolean;
    }>;
    readonly refusal: {
      readonly code: string;
      readonly message: string;
      readonly remedy: string;
      readonly field: string | null;
    } | null;
  }>;
  readonly file: {
    readonly encoding: string | null;
    readonly delimiter: string | null;
    readonly columns: {
      readonly realNumber: {
        /** From 1. */
        readonly column: number;
        readonly name: string | null;
      } | null;
      readonly label: {
        /** From 1. */
        readonly column: number;
        readonly name: string | null;
      } | null;
      readonly reference: {
        /** From 1. */
        readonly column: number;
        readonly name: string | null;
      } | null;
      readonly proxyNumber: {
        /** From 1. */
        readonly column: number;
        readonly name: string | null;
      } | null;
      readonly ignored: ReadonlyArray<{
        /** From 1. */
        readonly column: number;
        readonly name: string | null;
      }>;
    };
  };
  readonly mapped?: ReadonlyArray<{
    readonly row: number;
    readonly input: string;
    /** E.164 without the plus sign. */
    readonly realNumber: string;
    /** E.164 without the plus sign. */
    readonly proxyNumber: string;
    readonly created: boolean;
    readonly code: string;
    /** The fields of a known number that differ between the file and the stored data. */
    readonly differences: ReadonlyArray<{
      readonly field: string;
      /** As stored before the import. */
      readonly ours: string | null;
      readonly file: string | null;
      /** The value of the file is stored, or will be. */
      readonly updated: boolean;
    }>;
  }>;
  readonly rejected?: ReadonlyArray<{
    readonly row: number;
    readonly input: string;
    readonly code: string;
    readonly message: string;
    readonly remedy: string;
  }>;
  /** Rows that do not fit into this answer; `result.csv` has all of them. */
  readonly omitted?: {
    readonly mapped: number;
    readonly rejected: number;
  };
}

export interface User {
  readonly id: number;
  readonly username: string;
  readonly displayName: string;
  /** One of administrator, operator, supervisor, auditor; later versions may have more. */
  readonly role: string;
  readonly disabled: boolean;
  /** False until the invitation is accepted. */
  readonly hasPassword: boolean;
  readonly hasTotp: boolean;
  readonly recoveryCodesLeft: number;
  /** ISO 8601 in UTC. */
  readonly lastSignInAt: string | null;
  /** ISO 8601 in UTC. */
  readonly createdAt: string;
}

export interface UserPatch {
  readonly displayName?: string;
  readonly role?: Role;
  readonly disabled?: boolean;
}

export type CallDirection = "in" | "return";

export type CallEnder = "caller" | "callee" | "system";

export type CallLines = string;

export type CallReason = "caller_hung_up" | "callee_hung_up" | "ring_timeout" | "max_length" | "redirect_refused" | "real_number_is_proxy" | "premium_number" | "came_back" | "invalid_number" | "lookup_unavailable" | "shutting_down" | "supervisor" | "asterisk_refused" | "asterisk_lost" | "media_timeout" | "interrupted" | "trunk_unavailable" | "caller_blocked";

export type CallStatus = "answered" | "busy" | "no_answer" | "cancelled" | "rejected" | "unallocated" | "congestion" | "unknown_number" | "disabled" | "expired" | "quarantined" | "loop" | "own_number" | "overload" | "limited" | "handed_back" | "failed";

export type IpRulePurpose = "access" | "lookups";

export type LiveMessage = LiveSnapshot | LiveDelta | LiveCounters;

export type Lookup = {
  readonly fake: string;
  /** With `for=call`: the caller's number as E.164 digits; empty if withheld. */
  readonly caller?: string;
  /** With `for=call`: the inbound trunk. */
  readonly trunk?: string;
} | {
  readonly real: string;
};

export type Permission = "lookups.read" | "numbers.read" | "numbers.write" | "numbers.export" | "numbers.real" | "numbers.reveal" | "calls.read" | "calls.export" | "calls.hangup" | "calls.test" | "calls.record" | "live.watch" | "stats.read" | "system.read" | "access.users" | "access.keys" | "access.rules" | "audit.read" | "privacy.erase";

export type Role = "administrator" | "operator" | "supervisor" | "auditor";

export type SimulatedCall = {
  readonly decision: "connect";
  readonly direction: "in" | "return";
  /** E.164 without the plus sign. */
  readonly realNumber: string;
  /** What the callee sees; null for no number. */
  readonly shownNumber: string | null;
  /** The outbound trunk that is tried first. */
  readonly trunk: string;
} | {
  readonly decision: "refuse";
  readonly status: CallStatus;
  readonly reason: CallReason | null;
  /** Q.850, for the caller. */
  readonly cause: number;
  readonly announcement: string | null;
};


/** A refusal of the server, or none at all: then `problem.status` is 0 and the code `UNREACHABLE`. */
export class ApiError extends Error {
  readonly problem: Problem;
  /** After how many seconds it is worth trying again; null when the server did not say. */
  readonly retryAfterSeconds: number | null;

  constructor(problem: Problem, retryAfterSeconds: number | null, cause?: unknown) {
    super(problem.detail, { cause });
    this.name = "ApiError";
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export interface RequestOptions {
  readonly signal?: AbortSignal;
  /** The `etag` of what a change was made of. */
  readonly ifMatch?: string;
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

/** The address of an operation without a body, for links and downloads. */
export function addressOf(path: string, query: Readonly<Record<string, unknown>> = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== "") search.append(name, String(one));
    }
  }
  const text = search.toString();
  return text === "" ? path : `${path}?${text}`;
}

async function request({ method, path, query, body }: Request, { signal, ifMatch }: RequestOptions): Promise<Response> {
  const isForm = typeof FormData !== "undefined" && body instanceof FormData;
  let response: Response;
  try {
    response = await fetch(addressOf(path, query), {
      method,
      credentials: "same-origin",
      ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
      headers: {
        ...(body !== undefined && !isForm && { "Content-Type": "application/json" }),
        ...(ifMatch !== undefined && { "If-Match": ifMatch }),
      },
      ...(signal && { signal }),
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new ApiError({ status: 0, code: "UNREACHABLE", detail: "The server cannot be reached." }, null, error);
  }
  if (response.ok) return response;
  const retryAfter = Number(response.headers.get("Retry-After") ?? Number.NaN);
  const problem: Problem = await response
    .json()
    .catch(() => ({ status: response.status, code: "HTTP_" + response.status, detail: response.statusText }));
  throw new ApiError(problem, Number.isFinite(retryAfter) ? retryAfter : null);
}

async function requestJson<Answer>(parts: Request, options: RequestOptions): Promise<Answer> {
  const answer: Answer = await (await request(parts, options)).json();
  return answer;
}


/** One method for each operation of the API. All reject with an `ApiError`. */

export const api = {

  /** Upload a file with real numbers, CSV or .xlsx; each number gets its proxy number. */
  upload(body: FormData, query: { readonly wait?: number | null; readonly dryRun?: "true" | "false" | ""; readonly pool?: number; readonly column?: string; readonly existing?: "leave" | "update"; } = {}, options: RequestOptions = {}): Promise<UploadedImport> {
    return requestJson<UploadedImport>({ method: "POST", path: `/upload`, query, body }, options);
  },

  /** The uploaded file with the outcome of each row in appended columns; for a preview, the expected outcome. */
  getImportResultFile(id: string, query: { readonly delimiter?: "comma" | "semicolon" | "tab"; readonly only?: "all" | "problems"; readonly lang?: "en" | "ru"; } = {}, options: RequestOptions = {}): Promise<Response> {
    return request({ method: "GET", path: `/imports/${encodeURIComponent(id)}/result`, query }, options);
  },

  /** The outcome of each row of the file, in the same columns for every file; for a preview, the expected outcome. */
  getImportResult(id: string, query: { readonly delimiter?: "comma" | "semicolon" | "tab"; readonly only?: "all" | "problems"; readonly lang?: "en" | "ru"; } = {}, options: RequestOptions = {}): Promise<Response> {
    return request({ method: "GET", path: `/imports/${encodeURIComponent(id)}/result.csv`, query }, options);
  },

  /** All imports, newest first, page by page. */
  listImports(query: { readonly limit?: number; readonly after?: number; readonly state?: "previewing" | "previewed" | "running" | "cancelled" | "done" | "failed" | "undoing" | "undone"; readonly discarded?: "true" | "false" | ""; readonly lang?: "en" | "ru"; } = {}, options: RequestOptions = {}): Promise<ImportPage> {
    return requestJson<ImportPage>({ method: "GET", path: `/imports`, query }, options);
  },

  /** One import: its progress, how its file is read, and its outcome. */
  getImport(id: string, query: { readonly lang?: "en" | "ru"; } = {}, options: RequestOptions = {}): Promise<Import> {
    return requestJson<Import>({ method: "GET", path: `/imports/${encodeURIComponent(id)}`, query }, options);
  },

  /** Rows of the result by kind or code, page by page; for a preview, the expected ones. */
  listImportRows(id: string, query: { readonly kind?: "created" | "existing" | "differing" | "updated" | "duplicate" | "rejected" | "skipped"; readonly code?: string; readonly limit?: number; readonly after?: number; readonly lang?: "en" | "ru"; } = {}, options: RequestOptions = {}): Promise<ImportRowPage> {
    return requestJson<ImportRowPage>({ method: "GET", path: `/imports/${encodeURIComponent(id)}/rows`, query }, options);
  },

  /** Like `GET /imports/{id}/rows`, but also by text. Numbers are kept out of URLs, which end up in logs. */
  searchImportRows(id: string, body: ImportRowSearch, options: RequestOptions = {}): Promise<ImportRowPage> {
    return requestJson<ImportRowPage>({ method: "POST", path: `/imports/${encodeURIComponent(id)}/rows/search`, body }, options);
  },

  /** Read the file of a preview in another way, or for another pool, and preview it again. */
  previewImport(id: string, body: PreviewChoices, query: { readonly wait?: number | null; readonly lang?: "en" | "ru"; } = {}, options: RequestOptions = {}): Promise<Import> {
    return requestJson<Import>({ method: "POST", path: `/imports/${encodeURIComponent(id)}/preview`, query, body }, options);
  },

  /** Import the file of a preview. */
  commitImport(id: string, query: { readonly wait?: number | null; readonly lang?: "en" | "ru"; } = {}, options: RequestOptions = {}): Promise<Import> {
    return requestJson<Import>({ method: "POST", path: `/imports/${encodeURIComponent(id)}/commit`, query }, options);
  },

  /** Stop at once; rows imported so far stay and are counted. A preview leaves nothing behind. */
  cancelImport(id: string, query: { readonly wait?: number | null; readonly lang?: "en" | "ru"; } = {}, options: RequestOptions = {}): Promise<Import> {
    return requestJson<Import>({ method: "POST", path: `/imports/${encodeURIComponent(id)}/cancel`, query }, options);
  },

  /** Remove what the import created, except mappings that a call has used. */
  undoImport(id: string, query: { readonly wait?: number | null; readonly lang?: "en" | "ru"; } = {}, options: RequestOptions = {}): Promise<Import> {
    return requestJson<Import>({ method: "POST", path: `/imports/${encodeURIComponent(id)}/undo`, query }, options);
  },

  /** The real number behind a proxy number, in any notation. */
  lookUpReal(number: string, query: { readonly for?: "call"; } = {}, options: RequestOptions = {}): Promise<NumberForCall | NumberPair> {
    return requestJson<NumberForCall | NumberPair>({ method: "GET", path: `/lookup/real/${encodeURIComponent(number)}`, query }, options);
  },

  /** The proxy number of a real number, in any notation. */
  lookUpFake(number: string, options: RequestOptions = {}): Promise<NumberPair> {
    return requestJson<NumberPair>({ method: "GET", path: `/lookup/fake/${encodeURIComponent(number)}` }, options);
  },

  /** The same lookups with the number in the body instead of the URL. Send one of the two. */
  lookUp(body: Lookup, query: { readonly for?: "call"; } = {}, options: RequestOptions = {}): Promise<NumberForCall | NumberPair> {
    return requestJson<NumberForCall | NumberPair>({ method: "POST", path: `/lookup`, query, body }, options);
  },

  /** Mappings that match a filter, sorted, page by page. */
  listMappings(query: { readonly search?: string; readonly number?: string; readonly suffix?: string; readonly label?: string; readonly reference?: string; readonly pool?: number; readonly state?: "active" | "disabled" | "expired" | "quarantined"; readonly import?: number; readonly sort?: string; readonly limit?: number; readonly after?: string; } = {}, options: RequestOptions = {}): Promise<MappingPage> {
    return requestJson<MappingPage>({ method: "GET", path: `/mappings`, query }, options);
  },

  /** Give one real number a proxy number: a specific one, or a free one from a pool. */
  addMapping(body: NewMapping, options: RequestOptions = {}): Promise<Mapping> {
    return requestJson<Mapping>({ method: "POST", path: `/mappings`, body }, options);
  },

  /** Like `GET /mappings`, with no number in the URL. */
  searchMappings(body: MappingQuery, options: RequestOptions = {}): Promise<MappingPage> {
    return requestJson<MappingPage>({ method: "POST", path: `/mappings/search`, body }, options);
  },

  /** The mappings and labels of the proxy numbers in a list of calls. */
  findOwners(body: OwnersQuery, options: RequestOptions = {}): Promise<Owners> {
    return requestJson<Owners>({ method: "POST", path: `/mappings/owners`, body }, options);
  },

  /** One mapping. */
  getMapping(id: string, options: RequestOptions = {}): Promise<FoundMapping> {
    return requestJson<FoundMapping>({ method: "GET", path: `/mappings/${encodeURIComponent(id)}` }, options);
  },

  /** Disable, enable, expire, or extend it, or give it another real number, label, or caller ID. */
  changeMapping(id: string, body: MappingPatch, options: RequestOptions = {}): Promise<Mapping> {
    return requestJson<Mapping>({ method: "PATCH", path: `/mappings/${encodeURIComponent(id)}`, body }, options);
  },

  /** Release it. Its proxy number stays in quarantine before it is allocated again. */
  releaseMapping(id: string, options: RequestOptions = {}): Promise<Mapping> {
    return requestJson<Mapping>({ method: "DELETE", path: `/mappings/${encodeURIComponent(id)}` }, options);
  },

  /** Undo the release of a mapping while its proxy number is in quarantine. */
  restoreMapping(id: string, options: RequestOptions = {}): Promise<Mapping> {
    return requestJson<Mapping>({ method: "POST", path: `/mappings/${encodeURIComponent(id)}/restore` }, options);
  },

  /** Give its real number another proxy number; the old one goes into quarantine. */
  renumberMapping(id: string, body: Renumbering, options: RequestOptions = {}): Promise<Mapping> {
    return requestJson<Mapping>({ method: "POST", path: `/mappings/${encodeURIComponent(id)}/renumber`, body }, options);
  },

  /** Change or release all mappings that match a filter, or the given ones; `dryRun` only counts them. */
  changeMappings(body: MappingBulk, options: RequestOptions = {}): Promise<{
  readonly matched: number;
  /** How many of `ids` do not exist, or no longer exist. */
  readonly unknown?: number;
} | {
  readonly changed: number;
  /** Already in this state, or released. */
  readonly unchanged: number;
  /** How many of `ids` do not exist, or no longer exist. */
  readonly unknown?: number;
  /** `after` of the next page; null on the last. */
  readonly next: string | null;
  /** With `undoable`: the `steps` that undo this part of the change. */
  readonly undo?: ReadonlyArray<{
    readonly ids: ReadonlyArray<number>;
    readonly change?: {
      readonly state?: "active" | "disabled";
      /** ISO 8601 in UTC. */
      readonly expiresAt?: string | null;
      readonly label?: string | null;
      readonly reference?: string | null;
      readonly callerId?: string | null;
    };
    readonly restore?: true;
    /** ISO 8601 in UTC. */
    readonly changedAt: string;
  }>;
}> {
    return requestJson<{
  readonly matched: number;
  /** How many of `ids` do not exist, or no longer exist. */
  readonly unknown?: number;
} | {
  readonly changed: number;
  /** Already in this state, or released. */
  readonly unchanged: number;
  /** How many of `ids` do not exist, or no longer exist. */
  readonly unknown?: number;
  /** `after` of the next page; null on the last. */
  readonly next: string | null;
  /** With `undoable`: the `steps` that undo this part of the change. */
  readonly undo?: ReadonlyArray<{
    readonly ids: ReadonlyArray<number>;
    readonly change?: {
      readonly state?: "active" | "disabled";
      /** ISO 8601 in UTC. */
      readonly expiresAt?: string | null;
      readonly label?: string | null;
      readonly reference?: string | null;
      readonly callerId?: string | null;
    };
    readonly restore?: true;
    /** ISO 8601 in UTC. */
    readonly changedAt: string;
  }>;
}>({ method: "POST", path: `/mappings/bulk`, body }, options);
  },

  /** Undo a bulk change: restore earlier values and undo releases, except for mappings that have changed since. */
  undoBulkChange(body: BulkUndo, options: RequestOptions = {}): Promise<{
  readonly changed: number;
  /** Changed again since, gone, or not restorable: the proxy number is no longer in quarantine, or the real number has another one. */
  readonly unchanged: number;
}> {
    return requestJson<{
  readonly changed: number;
  /** Changed again since, gone, or not restorable: the proxy number is no longer in quarantine, or the real number has another one. */
  readonly unchanged: number;
}>({ method: "POST", path: `/mappings/bulk/undo`, body }, options);
  },

  /** Who changed the mapping and when, newest first. */
  mappingHistory(id: string, query: { readonly limit?: number; readonly after?: string; } = {}, options: RequestOptions = {}): Promise<MappingHistory> {
    return requestJson<MappingHistory>({ method: "GET", path: `/mappings/${encodeURIComponent(id)}/history`, query }, options);
  },

  /** The whole history of the mapping, newest first, as CSV. Times are in UTC. */
  exportMappingHistory(id: string, query: { readonly delimiter?: "comma" | "semicolon" | "tab"; } = {}, options: RequestOptions = {}): Promise<Response> {
    return request({ method: "GET", path: `/mappings/${encodeURIComponent(id)}/history/export.csv`, query }, options);
  },

  /** What would happen to a call from this caller, without placing it. */
  simulateCall(id: string, body: CallToSimulate, options: RequestOptions = {}): Promise<SimulatedCall> {
    return requestJson<SimulatedCall>({ method: "POST", path: `/mappings/${encodeURIComponent(id)}/simulate`, body }, options);
  },

  /** All mappings that match a filter, as CSV that can be imported again. */
  exportMappings(query: { readonly search?: string; readonly number?: string; readonly suffix?: string; readonly label?: string; readonly reference?: string; readonly pool?: number; readonly state?: "active" | "disabled" | "expired" | "quarantined"; readonly import?: number; readonly delimiter?: "comma" | "semicolon" | "tab"; } = {}, options: RequestOptions = {}): Promise<Response> {
    return request({ method: "GET", path: `/export/csv`, query }, options);
  },

  /** Like `GET /export/csv`, with no number in the URL. */
  exportFoundMappings(body: {
  /** Anywhere in the label, the reference, or a number, in any notation. */
  readonly search?: string;
  readonly number?: string;
  readonly suffix?: string;
  readonly label?: string;
  readonly reference?: string;
  readonly pool?: number;
  readonly state?: "active" | "disabled" | "expired" | "quarantined";
  readonly import?: number;
  readonly delimiter?: "comma" | "semicolon" | "tab";
}, options: RequestOptions = {}): Promise<Response> {
    return request({ method: "POST", path: `/export/csv`, body }, options);
  },

  /** The same as an .xlsx workbook. */
  exportMappingsWorkbook(query: { readonly search?: string; readonly number?: string; readonly suffix?: string; readonly label?: string; readonly reference?: string; readonly pool?: number; readonly state?: "active" | "disabled" | "expired" | "quarantined"; readonly import?: number; } = {}, options: RequestOptions = {}): Promise<Response> {
    return request({ method: "GET", path: `/export/xlsx`, query }, options);
  },

  /** Like `GET /export/xlsx`, with no number in the URL. */
  exportFoundMappingsWorkbook(body: {
  /** Anywhere in the label, the reference, or a number, in any notation. */
  readonly search?: string;
  readonly number?: string;
  readonly suffix?: string;
  readonly label?: string;
  readonly reference?: string;
  readonly pool?: number;
  readonly state?: "active" | "disabled" | "expired" | "quarantined";
  readonly import?: number;
}, options: RequestOptions = {}): Promise<Response> {
    return request({ method: "POST", path: `/export/xlsx`, body }, options);
  },

  /** All pools with the state of their numbers and a forecast. */
  listPools(options: RequestOptions = {}): Promise<{
  readonly items: ReadonlyArray<Pool>;
}> {
    return requestJson<{
  readonly items: ReadonlyArray<Pool>;
}>({ method: "GET", path: `/pools` }, options);
  },

  /** A new pool of ranges, listed numbers, or both. */
  createPool(body: NewPool, options: RequestOptions = {}): Promise<Pool> {
    return requestJson<Pool>({ method: "POST", path: `/pools`, body }, options);
  },

  /** One pool. */
  getPool(id: string, options: RequestOptions = {}): Promise<Pool> {
    return requestJson<Pool>({ method: "GET", path: `/pools/${encodeURIComponent(id)}` }, options);
  },

  /** Change its settings; a paused pool allocates no numbers. */
  changePool(id: string, body: PoolPatch, options: RequestOptions = {}): Promise<Pool> {
    return requestJson<Pool>({ method: "PATCH", path: `/pools/${encodeURIComponent(id)}`, body }, options);
  },

  /** Delete a pool that has no number in use. */
  deletePool(id: string, options: RequestOptions = {}): Promise<Response> {
    return request({ method: "DELETE", path: `/pools/${encodeURIComponent(id)}` }, options);
  },

  /** Add numbers. */
  extendPool(id: string, body: PoolNumbers, options: RequestOptions = {}): Promise<Pool> {
    return requestJson<Pool>({ method: "POST", path: `/pools/${encodeURIComponent(id)}/extend`, body }, options);
  },

  /** Remove unused numbers. */
  shrinkPool(id: string, body: PoolNumbers, options: RequestOptions = {}): Promise<Pool> {
    return requestJson<Pool>({ method: "POST", path: `/pools/${encodeURIComponent(id)}/shrink`, body }, options);
  },

  /** Block numbers, so that they are not allocated. */
  blockNumbers(id: string, body: {
  readonly numbers: ReadonlyArray<string>;
  readonly note?: string | null;
}, options: RequestOptions = {}): Promise<Pool> {
    return requestJson<Pool>({ method: "POST", path: `/pools/${encodeURIComponent(id)}/block`, body }, options);
  },

  /** Unblock numbers. */
  unblockNumbers(id: string, body: {
  readonly numbers: ReadonlyArray<string>;
}, options: RequestOptions = {}): Promise<Pool> {
    return requestJson<Pool>({ method: "POST", path: `/pools/${encodeURIComponent(id)}/unblock`, body }, options);
  },

  /** Its blocked numbers in ascending order, page by page. */
  listBlockedNumbers(id: string, query: { readonly limit?: number; readonly after?: string; } = {}, options: RequestOptions = {}): Promise<{
  readonly items: ReadonlyArray<{
    /** E.164 without the plus sign. */
    readonly number: string;
    readonly note: string | null;
    /** ISO 8601 in UTC. */
    readonly blockedAt: string;
  }>;
  /** `after` of the next page; null on the last. */
  readonly next: string | null;
}> {
    return requestJson<{
  readonly items: ReadonlyArray<{
    /** E.164 without the plus sign. */
    readonly number: string;
    readonly note: string | null;
    /** ISO 8601 in UTC. */
    readonly blockedAt: string;
  }>;
  /** `after` of the next page; null on the last. */
  readonly next: string | null;
}>({ method: "GET", path: `/pools/${encodeURIComponent(id)}/blocked`, query }, options);
  },

  /** Everything held about a person's number, on every instance; audited without the number. */
  reportNumber(body: PersonsNumber, options: RequestOptions = {}): Promise<PrivacyReport> {
    return requestJson<PrivacyReport>({ method: "POST", path: `/privacy/report`, body }, options);
  },

  /** Erase a person's number everywhere, on every instance. */
  eraseNumber(body: PersonsNumber, options: RequestOptions = {}): Promise<ErasureReport> {
    return requestJson<ErasureReport>({ method: "POST", path: `/privacy/erase`, body }, options);
  },

  /** Call records, newest first. To search by number, use `POST /calls/search`. */
  listCalls(query: { readonly from?: string; readonly to?: string; readonly status?: ReadonlyArray<CallStatus>; readonly direction?: CallDirection; readonly trunk?: string; readonly minSeconds?: number; readonly maxSeconds?: number; readonly limit?: number; readonly after?: string; } = {}, options: RequestOptions = {}): Promise<CallPage> {
    return requestJson<CallPage>({ method: "GET", path: `/calls`, query }, options);
  },

  /** Like `GET /calls`, but also by number. Numbers are kept out of URLs, which end up in logs. */
  searchCalls(body: CallSearch, options: RequestOptions = {}): Promise<CallPage> {
    return requestJson<CallPage>({ method: "POST", path: `/calls/search`, body }, options);
  },

  /** One call with its timeline. */
  getCall(callId: string, options: RequestOptions = {}): Promise<CallDetails> {
    return requestJson<CallDetails>({ method: "GET", path: `/calls/${encodeURIComponent(callId)}` }, options);
  },

  /** Hang up a call in progress, on any instance. */
  hangUpCall(callId: string, options: RequestOptions = {}): Promise<HungUp> {
    return requestJson<HungUp>({ method: "POST", path: `/calls/${encodeURIComponent(callId)}/hangup` }, options);
  },

  /** All calls that match the filter, as CSV. Times are in `zone`, which the header row names. */
  exportCalls(query: { readonly from?: string; readonly to?: string; readonly status?: ReadonlyArray<CallStatus>; readonly direction?: CallDirection; readonly trunk?: string; readonly minSeconds?: number; readonly maxSeconds?: number; readonly delimiter?: "comma" | "semicolon" | "tab"; readonly zone?: string; } = {}, options: RequestOptions = {}): Promise<Response> {
    return request({ method: "GET", path: `/calls/export.csv`, query }, options);
  },

  /** Like `GET /calls/export.csv`, but also by number. */
  exportFoundCalls(body: CallExport, options: RequestOptions = {}): Promise<Response> {
    return request({ method: "POST", path: `/calls/export.csv`, body }, options);
  },

  /** The same as an .xlsx workbook. */
  exportFoundCallsWorkbook(body: CallWorkbook, options: RequestOptions = {}): Promise<Response> {
    return request({ method: "POST", path: `/calls/export.xlsx`, body }, options);
  },

  /** Call the real number of a mapping, to check that calls arrive. */
  placeTestCall(id: string, options: RequestOptions = {}): Promise<PlacedTestCall> {
    return requestJson<PlacedTestCall>({ method: "POST", path: `/mappings/${encodeURIComponent(id)}/test-call` }, options);
  },

  /** The progress of a test call. */
  getTestCall(callId: string, options: RequestOptions = {}): Promise<TestCall> {
    return requestJson<TestCall>({ method: "GET", path: `/test-calls/${encodeURIComponent(callId)}` }, options);
  },

  /** Calls, outcomes, and times, by hour or day in a time zone. They lag the calls by a few seconds. */
  callStats(query: { readonly from?: string; readonly to?: string; readonly zone?: string; readonly step?: "hour" | "day"; } = {}, options: RequestOptions = {}): Promise<CallStats> {
    return requestJson<CallStats>({ method: "GET", path: `/stats/calls`, query }, options);
  },

  /** The proxy numbers with the most calls. */
  busiestNumbers(query: { readonly from?: string; readonly to?: string; readonly limit?: number; } = {}, options: RequestOptions = {}): Promise<BusiestNumbers> {
    return requestJson<BusiestNumbers>({ method: "GET", path: `/stats/numbers`, query }, options);
  },

  /** Response times of the API in the last hour. */
  apiTimes(options: RequestOptions = {}): Promise<ApiTimes> {
    return requestJson<ApiTimes>({ method: "GET", path: `/stats/api` }, options);
  },

  /** Whether calls can be handled; open to everyone, without signing in. */
  health(options: RequestOptions = {}): Promise<Health> {
    return requestJson<Health>({ method: "GET", path: `/health` }, options);
  },

  /** Whether the process responds; restart it when it does not. */
  liveness(options: RequestOptions = {}): Promise<Liveness> {
    return requestJson<Liveness>({ method: "GET", path: `/health/live` }, options);
  },

  /** Whether to send requests to this instance. */
  readiness(options: RequestOptions = {}): Promise<Readiness> {
    return requestJson<Readiness>({ method: "GET", path: `/health/ready` }, options);
  },

  /** The version, the uptime, the status of each part, and the age of the last backup. */
  system(options: RequestOptions = {}): Promise<System> {
    return requestJson<System>({ method: "GET", path: `/system` }, options);
  },

  /** All settings of this instance, and where each value comes from. Of a secret, only whether it is set. */
  listSettings(options: RequestOptions = {}): Promise<SettingList> {
    return requestJson<SettingList>({ method: "GET", path: `/settings` }, options);
  },

  /** Metrics for Prometheus. */
  metrics(options: RequestOptions = {}): Promise<Response> {
    return request({ method: "GET", path: `/metrics` }, options);
  },

  /** This document. */
  openapi(options: RequestOptions = {}): Promise<{
  readonly openapi: string;
}> {
    return requestJson<{
  readonly openapi: string;
}>({ method: "GET", path: `/openapi.json` }, options);
  },

  /** What is left to do until the first answered call. */
  firstCallGuide(options: RequestOptions = {}): Promise<FirstCallGuide> {
    return requestJson<FirstCallGuide>({ method: "GET", path: `/system/first-call` }, options);
  },

  /** Who is signed in, and their permissions. */
  getSession(options: RequestOptions = {}): Promise<CurrentSession> {
    return requestJson<CurrentSession>({ method: "GET", path: `/session` }, options);
  },

  /** Sign in; the session is in a cookie that scripts cannot read. */
  signIn(body: SignIn, options: RequestOptions = {}): Promise<CurrentSession> {
    return requestJson<CurrentSession>({ method: "POST", path: `/session`, body }, options);
  },

  /** Sign out. */
  signOut(options: RequestOptions = {}): Promise<Response> {
    return request({ method: "DELETE", path: `/session` }, options);
  },

  /** Create the first administrator with the one-time link in the log. */
  setUp(body: SetUp, options: RequestOptions = {}): Promise<User> {
    return requestJson<User>({ method: "POST", path: `/set-up`, body }, options);
  },

  /** Show the user that an administrator's one-time link is for. */
  readInvitation(body: OneTimeLink, options: RequestOptions = {}): Promise<InvitedUser> {
    return requestJson<InvitedUser>({ method: "POST", path: `/invitations/read`, body }, options);
  },

  /** Choose a password with the one-time link from an administrator. */
  takeUpInvitation(body: TakeUpInvitation, options: RequestOptions = {}): Promise<User> {
    return requestJson<User>({ method: "POST", path: `/invitations`, body }, options);
  },

  /** The roles and their permissions. */
  listRoles(options: RequestOptions = {}): Promise<{
  readonly items: ReadonlyArray<RoleRights>;
  readonly keyScopes: ReadonlyArray<"lookups.read" | "numbers.read" | "numbers.write" | "numbers.export" | "numbers.real" | "numbers.reveal" | "calls.read" | "calls.export" | "calls.hangup" | "calls.record" | "live.watch" | "stats.read" | "system.read" | "audit.read">;
}> {
    return requestJson<{
  readonly items: ReadonlyArray<RoleRights>;
  readonly keyScopes: ReadonlyArray<"lookups.read" | "numbers.read" | "numbers.write" | "numbers.export" | "numbers.real" | "numbers.reveal" | "calls.read" | "calls.export" | "calls.hangup" | "calls.record" | "live.watch" | "stats.read" | "system.read" | "audit.read">;
}>({ method: "GET", path: `/roles` }, options);
  },

  /** Where you are signed in. */
  listOwnSessions(options: RequestOptions = {}): Promise<{
  readonly items: ReadonlyArray<Session>;
}> {
    return requestJson<{
  readonly items: ReadonlyArray<Session>;
}>({ method: "GET", path: `/account/sessions` }, options);
  },

  /** End one of your sessions. */
  endOwnSession(id: string, options: RequestOptions = {}): Promise<Response> {
    return request({ method: "DELETE", path: `/account/sessions/${encodeURIComponent(id)}` }, options);
  },

  /** End all of your sessions except this one. */
  endOtherSessions(options: RequestOptions = {}): Promise<Response> {
    return request({ method: "POST", path: `/account/sessions/end-others` }, options);
  },

  /** Change your password; your other sessions end. */
  changePassword(body: PasswordChange, options: RequestOptions = {}): Promise<Response> {
    return request({ method: "PUT", path: `/account/password`, body }, options);
  },

  /** Start setting up an authenticator app, or replacing the active one. */
  startTotp(body: OwnershipProof, options: RequestOptions = {}): Promise<TotpSecret> {
    return requestJson<TotpSecret>({ method: "POST", path: `/account/totp`, body }, options);
  },

  /** Confirm that the authenticator app works; from then on, signing in asks for its code. */
  confirmTotp(body: TotpCode, options: RequestOptions = {}): Promise<RecoveryCodes> {
    return requestJson<RecoveryCodes>({ method: "POST", path: `/account/totp/confirm`, body }, options);
  },

  /** Replace the recovery codes. Needs your password and a code. */
  renewRecoveryCodes(body: OwnershipProof, options: RequestOptions = {}): Promise<RecoveryCodes> {
    return requestJson<RecoveryCodes>({ method: "POST", path: `/account/totp/recovery-codes`, body }, options);
  },

  /** Turn the authenticator app off. Needs your password and a code from the app. */
  stopTotp(body: OwnershipProof, options: RequestOptions = {}): Promise<Response> {
    return request({ method: "POST", path: `/account/totp/stop`, body }, options);
  },

  /** All users by name. */
  listUsers(options: RequestOptions = {}): Promise<{
  readonly items: ReadonlyArray<User>;
}> {
    return requestJson<{
  readonly items: ReadonlyArray<User>;
}>({ method: "GET", path: `/users` }, options);
  },

  /** Create a user, who sets a password with the invitation. */
  createUser(body: NewUser, options: RequestOptions = {}): Promise<CreatedUser> {
    return requestJson<CreatedUser>({ method: "POST", path: `/users`, body }, options);
  },

  /** One user. */
  getUser(id: string, options: RequestOptions = {}): Promise<User> {
    return requestJson<User>({ method: "GET", path: `/users/${encodeURIComponent(id)}` }, options);
  },

  /** Change the name, the role, or whether the user may sign in. */
  changeUser(id: string, body: UserPatch, options: RequestOptions = {}): Promise<User> {
    return requestJson<User>({ method: "PATCH", path: `/users/${encodeURIComponent(id)}`, body }, options);
  },

  /** Remove a user. */
  deleteUser(id: string, options: RequestOptions = {}): Promise<Response> {
    return request({ method: "DELETE", path: `/users/${encodeURIComponent(id)}` }, options);
  },

  /** Create a one-time link for a user who has forgotten the password. */
  inviteUser(id: string, options: RequestOptions = {}): Promise<Invitation> {
    return requestJson<Invitation>({ method: "POST", path: `/users/${encodeURIComponent(id)}/invitation` }, options);
  },

  /** Let a user who lost the authenticator app sign in without it. */
  resetTotp(id: string, options: RequestOptions = {}): Promise<Response> {
    return request({ method: "DELETE", path: `/users/${encodeURIComponent(id)}/totp` }, options);
  },

  /** Who is signed in, and where. */
  listSessions(options: RequestOptions = {}): Promise<{
  readonly items: ReadonlyArray<Session>;
}> {
    return requestJson<{
  readonly items: ReadonlyArray<Session>;
}>({ method: "GET", path: `/sessions` }, options);
  },

  /** End any user's session. */
  endSession(id: string, options: RequestOptions = {}): Promise<Response> {
    return request({ method: "DELETE", path: `/sessions/${encodeURIComponent(id)}` }, options);
  },

  /** API keys, newest first. */
  listApiKeys(options: RequestOptions = {}): Promise<{
  readonly items: ReadonlyArray<ApiKey>;
}> {
    return requestJson<{
  readonly items: ReadonlyArray<ApiKey>;
}>({ method: "GET", path: `/api-keys` }, options);
  },

  /** Create a key. It is shown only in this response. */
  createApiKey(body: NewApiKey, options: RequestOptions = {}): Promise<CreatedApiKey> {
    return requestJson<CreatedApiKey>({ method: "POST", path: `/api-keys`, body }, options);
  },

  /** Revoke a key, on all instances within five seconds. */
  revokeApiKey(id: string, options: RequestOptions = {}): Promise<Response> {
    return request({ method: "DELETE", path: `/api-keys/${encodeURIComponent(id)}` }, options);
  },

  /** IP rules. */
  listIpRules(options: RequestOptions = {}): Promise<{
  readonly items: ReadonlyArray<IpRule>;
}> {
    return requestJson<{
  readonly items: ReadonlyArray<IpRule>;
}>({ method: "GET", path: `/ip-rules` }, options);
  },

  /** Allow a network. */
  createIpRule(body: NewIpRule, options: RequestOptions = {}): Promise<IpRule> {
    return requestJson<IpRule>({ method: "POST", path: `/ip-rules`, body }, options);
  },

  /** Remove a rule. */
  deleteIpRule(id: string, options: RequestOptions = {}): Promise<Response> {
    return request({ method: "DELETE", path: `/ip-rules/${encodeURIComponent(id)}` }, options);
  },

  /** List audit entries, newest first. */
  listAudit(query: { readonly limit?: number; readonly after?: string; readonly action?: ReadonlyArray<"sign-in" | "sign-out" | "set-up" | "upload" | "change" | "reveal" | "export" | "delete" | "hang-up" | "test-call" | "password" | "totp" | "session.revoke" | "user.create" | "user.change" | "user.delete" | "key.create" | "key.revoke" | "rule.create" | "rule.delete" | "privacy.report" | "privacy.erase">; readonly userId?: number; readonly targetKind?: string; readonly targetId?: string; readonly from?: string; readonly to?: string; } = {}, options: RequestOptions = {}): Promise<{
  readonly items: ReadonlyArray<AuditRecord>;
  /** `after` of the next page; null on the last. */
  readonly next: string | null;
}> {
    return requestJson<{
  readonly items: ReadonlyArray<AuditRecord>;
  /** `after` of the next page; null on the last. */
  readonly next: string | null;
}>({ method: "GET", path: `/audit`, query }, options);
  },

  /** All entries that match the filter, newest first, as CSV. Times are in UTC. */
  exportAudit(query: { readonly action?: ReadonlyArray<"sign-in" | "sign-out" | "set-up" | "upload" | "change" | "reveal" | "export" | "delete" | "hang-up" | "test-call" | "password" | "totp" | "session.revoke" | "user.create" | "user.change" | "user.delete" | "key.create" | "key.revoke" | "rule.create" | "rule.delete" | "privacy.report" | "privacy.erase">; readonly userId?: number; readonly targetKind?: string; readonly targetId?: string; readonly from?: string; readonly to?: string; readonly delimiter?: "comma" | "semicolon" | "tab"; } = {}, options: RequestOptions = {}): Promise<Response> {
    return request({ method: "GET", path: `/audit/export.csv`, query }, options);
  },

  /** The real number of a mapping, for users who otherwise see it masked; audited. */
  revealMapping(id: string, options: RequestOptions = {}): Promise<RevealedNumber> {
    return requestJson<RevealedNumber>({ method: "POST", path: `/mappings/${encodeURIComponent(id)}/reveal` }, options);
  },

  /** The real number of a call and its caller's, for users who otherwise see them masked; audited. */
  revealCall(callId: string, options: RequestOptions = {}): Promise<RevealedCall> {
    return requestJson<RevealedCall>({ method: "POST", path: `/calls/${encodeURIComponent(callId)}/reveal` }, options);
  },

};

