import type { LiveBoard } from "./board.ts";
import type { LiveCall, LiveFigures } from "./browserMessages.ts";
import { keepEnded, keepEndedMs } from "./instanceMessages.ts";
import type { Notation } from "../values/searchedDigits.ts";
import { masked } from "./viewerMask.ts";

/** A message that is encoded once for all browsers. */
export interface SharedText {
  readonly text: string;
}

interface SnapshotOf {
  /** IANA time zone; `today` begins at its midnight. */
  readonly zone: string;
  readonly seesRealNumbers: boolean;
}

/**
 * Snapshots, each encoded once for all who need one before something changes: a thousand browsers that connect at once
 * and read nothing wait for the same bytes.
 */
export class Snapshots {
  readonly #board: Pick<LiveBoard, "calls" | "ended">;
  readonly #rest: string;
  /** Encoded calls, for viewers with and without access to real numbers. */
  readonly #bodies = new Map<boolean, string>();
  readonly #texts = new Map<string, SharedText>();

  constructor(board: Pick<LiveBoard, "calls" | "ended">, notation: Notation) {
    this.#board = board;
    this.#rest = `"keepEndedMs":${keepEndedMs},"keepEnded":${keepEnded},"notation":${JSON.stringify(notation)}`;
  }

  callsChanged(): void {
    this.#bodies.clear();
    this.#texts.clear();
  }

  /** Also after a message with the next number. */
  figuresChanged(): void {
    this.#texts.clear();
  }

  text({ zone, seesRealNumbers }: SnapshotOf, seq: number, figures: () => LiveFigures): SharedText {
    const kind = `${seesRealNumbers} ${zone}`;
    const known = this.#texts.get(kind);
    if (known !== undefined) return known;
    const body = this.#body(seesRealNumbers);
    const made = {
      text: `{"type":"snapshot","seq":${seq},${body},${this.#rest},"figures":${JSON.stringify(figures())}}`,
    };
    this.#texts.set(kind, made);
    return made;
  }

  #body(seesRealNumbers: boolean): string {
    const known = this.#bodies.get(seesRealNumbers);
    if (known !== undefined) return known;
    const shown = (calls: readonly LiveCall[]) => (seesRealNumbers ? calls : calls.map(masked));
    const made = `"calls":${JSON.stringify(shown(this.#board.calls()))},"ended":${JSON.stringify(shown(this.#board.ended()))}`;
    this.#bodies.set(seesRealNumbers, made);
    return made;
  }
}
