import { columnsOfBegin, columnsOfEnd, type EndLine } from "./callFile.ts";

type Columns = EndLine;

/** A call that began at 1763873000.123, was answered after five seconds, and lasted a minute. */
const usual: Columns = {
  version: "2",
  kind: "end",
  callId: "lab-1763873000.1",
  asterisk: "lab",
  startedAt: "1763873000.123",
  dialled: "89001112233",
  proxy: "70001000001",
  caller: "79005556677",
  trunkIn: "trunk-in",
  path: "odbc",
  real: "79001112233",
  trunkOut: "trunk-out",
  shown: "70001000001",
  status: "",
  reason: "",
  endedAt: "1763873065.500",
  dialledAt: "1763873000.200",
  answeredMs: "60300",
  dialStatus: "ANSWER",
  cause: "16",
  sipCode: "200",
  endedBy: "caller",
  ringMs: "800",
  progressMs: "",
  limitSeconds: "7200",
  direction: "",
};

/** Not answered: the differences from a call without a dial status. */
export const unanswered: Partial<Columns> = { answeredMs: "", sipCode: "", dialStatus: "" };

/** The caller left before a decision, or `CONNECT=bridge`. */
export const undecided: Partial<Columns> = {
  ...unanswered,
  path: "",
  real: "",
  trunkOut: "",
  shown: "",
  dialledAt: "",
  cause: "127",
  ringMs: "",
  limitSeconds: "",
};

/** Lines as the dialplan writes them, with the given differences. */
export const endLine = (callId: string, different: Partial<Columns> = {}): string =>
  lineOf(columnsOfEnd, { ...usual, callId, ...different });

export const beginLine = (callId: string, different: Partial<Columns> = {}): string =>
  lineOf(columnsOfBegin, { ...usual, kind: "begin", callId, ...different });

/** The callee answered 5.077 seconds after the call began. */
export const answerLine = (
  callId: string,
  different: Partial<Columns & { readonly channelId: string; readonly event: string }> = {},
): string => {
  const { channelId, event, ...columns } = { channelId: callId, event: "ANSWER", ...usual, ...different };
  const details = columnsOfAnswer.map((name) => columns[name]).join("*");
  return ["2", event, callId, channelId, "1763873005.200482", details].join(",");
};
const columnsOfAnswer = [...columnsOfBegin.slice(3), "real", "trunkOut", "direction"] as const;

const lineOf = (names: readonly (keyof Columns)[], columns: Columns): string =>
  names.map((name) => columns[name]).join(",");
