import type { LiveCall, LiveFigures, LiveMessage } from "../../../src/live/browserMessages.ts";
import type { Notation } from "../../../src/values/searchedDigits.ts";

/** The calls as reported by the server so far. Immutable. */
export interface Board {
  readonly seq: number;
  /** In progress, oldest first. */
  readonly calls: readonly LiveCall[];
  /** Ended in the last minutes, newest first. */
  readonly ended: readonly LiveCall[];
  readonly keepEndedMs: number;
  readonly keepEnded: number;
  readonly notation: Notation;
  readonly figures: LiveFigures;
  /** Calls ended by this message, for highlight and sound; empty after a snapshot. */
  readonly justEnded: readonly LiveCall[];
}

/** `gap`: messages are missing, so a new snapshot is needed. */
export type Applied = { readonly kind: "board"; readonly board: Board } | { readonly kind: "gap" };

const gap: Applied = { kind: "gap" };

export function applyMessage(board: Board | null, message: LiveMessage): Applied {
  if (message.type === "snapshot") {
    const { seq, calls, ended, keepEndedMs, keepEnded, notation, figures } = message;
    const kept = { keepEndedMs, keepEnded, notation };
    return { kind: "board", board: { seq, calls, ended, ...kept, figures, justEnded: [] } };
  }
  if (board === null) return gap;
  if (message.type === "counters") {
    if (message.seq !== board.seq) return gap;
    return { kind: "board", board: withoutOld({ ...board, figures: message.figures, justEnded: [] }) };
  }
  if (message.seq !== board.seq + 1) return gap;

  const changed = new Map(message.calls.map((call) => [call.callId, call]));
  const gone = new Set(message.gone);
  const stays = ({ callId }: LiveCall): boolean => !gone.has(callId);
  const calls: LiveCall[] = [];
  for (const call of board.calls) {
    const now = changed.get(call.callId) ?? call;
    if (now.state !== "ended" && stays(now)) calls.push(now);
  }
  const known = new Set(board.calls.map(({ callId }) => callId));
  const knownEnded = new Set(board.ended.map(({ callId }) => callId));
  const justEnded: LiveCall[] = [];
  for (const call of message.calls) {
    if (call.state !== "ended" && !known.has(call.callId) && stays(call)) calls.push(call);
    if (call.state === "ended" && !knownEnded.has(call.callId)) justEnded.push(call);
  }
  calls.sort((one, other) => one.startedAtMs - other.startedAtMs);
  const ended = [
    ...justEnded.toSorted(newestFirst),
    ...board.ended.map((call) => changed.get(call.callId) ?? call),
  ];
  return {
    kind: "board",
    board: withoutOld({ ...board, seq: message.seq, calls, ended: ended.filter(stays), justEnded }),
  };
}

const endOf = ({ endedAtMs, startedAtMs }: LiveCall): number => endedAtMs ?? startedAtMs;
const newestFirst = (one: LiveCall, other: LiveCall): number => endOf(other) - endOf(one);

function withoutOld(board: Board): Board {
  const oldestMs = board.figures.atMs - board.keepEndedMs;
  const ended = board.ended.filter((call) => endOf(call) >= oldestMs).slice(0, board.keepEnded);
  return ended.length === board.ended.length ? board : { ...board, ended };
}
