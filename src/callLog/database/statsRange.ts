import type { OutcomeGroup } from "../../values/outcomeGroups.ts";
import { zonedTimeOf, zonedTimeToUtcMs } from "../../values/zonedTime.ts";
import { dayMs, quarterMs } from "../../values/durations.ts";

export interface StatsRange {
  /** UTC milliseconds; both are rounded outwards to the quarter of an hour. */
  readonly fromMs: number;
  readonly toMs: number;
}

export function quartersAround({ fromMs, toMs }: StatsRange): StatsRange {
  return {
    fromMs: Math.floor(fromMs / quarterMs) * quarterMs,
    toMs: Math.ceil(toMs / quarterMs) * quarterMs,
  };
}

export function daysAround({ fromMs, toMs }: StatsRange): StatsRange {
  return { fromMs: Math.floor(fromMs / dayMs) * dayMs, toMs: Math.ceil(toMs / dayMs) * dayMs };
}

export interface CallSlot extends Record<OutcomeGroup, number> {
  readonly atMs: number;
  calls: number;
  talkSeconds: number;
  /** Total time from dialling to the answer. */
  answerSeconds: number;
  answerCalls: number;
  /** Total time from dialling to the end of unanswered calls. */
  ringSeconds: number;
  ringCalls: number;
}

const hourMs = 3_600_000;

/** Starts of the hours or days that overlap the range; a day may have 23 or 25 hours. */
export function slotsOf({ fromMs, toMs }: StatsRange, step: "hour" | "day", zone: string): CallSlot[] {
  const stepMs = step === "hour" ? hourMs : dayMs;
  const slots: CallSlot[] = [];
  let wallMs = Math.floor(zonedTimeOf(fromMs, zone) / stepMs) * stepMs;
  let atMs = zonedTimeToUtcMs(wallMs, zone);
  while (atMs < toMs) {
    slots.push({
      atMs,
      calls: 0,
      answered: 0,
      noAnswer: 0,
      busy: 0,
      cancelled: 0,
      failed: 0,
      refused: 0,
      talkSeconds: 0,
      answerSeconds: 0,
      answerCalls: 0,
      ringSeconds: 0,
      ringCalls: 0,
    });
    wallMs += stepMs;
    // Hours continue through a clock change, which skips or repeats one.
    atMs = step === "hour" ? atMs + hourMs : zonedTimeToUtcMs(wallMs, zone);
  }
  return slots;
}
