import type { Case, Trunks, VariantName } from "./variants.ts";

/** The processes that some variants need: none of ours, or our application with this setting of CONNECT. */
export type Ours = "none" | "dial" | "bridge";

/** Cases that are measured one after another without starting or stopping anything. */
export interface Session {
  readonly trunks: Trunks;
  readonly ours: Ours;
  readonly cases: readonly Case[];
}

const oursFor = (variant: VariantName): Ours =>
  variant === "dial" || variant === "bridge" ? variant : "none";

const grouped = (cases: readonly Case[], oursOf: (variant: VariantName) => Ours): readonly Session[] => {
  const sessions = new Map<string, { trunks: Trunks; ours: Ours; cases: Case[] }>();
  for (const one of cases) {
    const ours = oursOf(one.variant);
    const key = `${one.trunks} ${ours}`;
    const session = sessions.get(key) ?? { trunks: one.trunks, ours, cases: [] };
    session.cases.push(one);
    sessions.set(key, session);
  }
  return [...sessions.values()];
};

export const casesOf = (variants: readonly VariantName[], trunks: readonly Trunks[]): readonly Case[] =>
  trunks.flatMap((kind) => variants.map((variant) => ({ variant, trunks: kind })));

/**
 * The sessions of one round. Every second round has them in reverse, so that a machine that becomes slower favours no
 * case, and the processes at the end of a round keep running. Our application runs only while its own calls are
 * measured, because it costs something even when idle.
 */
export const sessionsOfRound = (cases: readonly Case[], round: number): readonly Session[] => {
  const sessions = grouped(cases, oursFor);
  return round % 2 === 1
    ? sessions
    : sessions.map((session) => ({ ...session, cases: session.cases.toReversed() })).toReversed();
};

/**
 * For the rising rates, all variants take turns at each rate, so as few sessions as possible: the others are also
 * measured beside our idle application, whose cost does not matter at these rates. Only the fallback needs its absence.
 */
export const sessionsOfClimbs = (cases: readonly Case[]): readonly Session[] => {
  const withDial = cases.some(({ variant }) => variant === "dial");
  return grouped(cases, (variant) =>
    variant === "fallback" || variant === "bridge" ? oursFor(variant) : withDial ? "dial" : "none",
  );
};
