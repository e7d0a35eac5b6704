import { setTimeout as delay } from "node:timers/promises";
import { asteriskCli } from "../../lab/lab.ts";

/** One leg as `pjsip show channelstats` lists it. */
interface LegCounts {
  /** The beginning of the bridge's ID, and the trunk. */
  readonly leg: string;
  readonly received: number;
  readonly lost: number;
  readonly sent: number;
}

/** Per call means per call whose audio was counted. */
export interface RtpCounts {
  readonly calls: number;
  /** Packets from both parties. */
  readonly receivedPerCall: number;
  /** Packets to both parties. */
  readonly sentPerCall: number;
  readonly lostPerCall: number;
  /** The share of bridges that forward packets without decoding them. */
  readonly nativeShare: number;
}

const COUNT = String.raw`\s+(\d+)K?\s*`;
const legLine = new RegExp(
  String.raw`^\s*([0-9a-f]{8})\s+(trunk-(?:in|out))\S*\s+\d\d:\d\d:\d\d\s+\S+${COUNT}${COUNT}\s+\d+\s+[\d.]+${COUNT}`,
  "u",
);

export const legsIn = (text: string): readonly LegCounts[] =>
  text.split("\n").flatMap((line) => {
    const [, bridge = "", trunk = "", received, lost, sent] = legLine.exec(line) ?? [];
    return bridge === ""
      ? []
      : [
          {
            leg: `${bridge} ${trunk}`,
            received: Number(received),
            lost: Number(lost),
            sent: Number(sent),
          },
        ];
  });

/** Bridges by their technology, as `bridge show all` lists them. */
export const technologiesIn = (text: string): readonly string[] =>
  text.split("\n").flatMap((line) => {
    const [, technology] = /^[0-9a-f-]{36}\s.*\s2\s+basic\s+(\S+)\s/u.exec(line) ?? [];
    return technology === undefined ? [] : [technology];
  });

const EVERY_MS = 2_000;

/** Reads Asterisk's counters every two seconds, which cost it little, and keeps the last ones of each leg. */
export const watchRtp = () => {
  const stopping = new AbortController();
  const legs = new Map<string, LegCounts>();
  let [bridges, native] = [0, 0];
  const look = async (): Promise<void> => {
    for (const leg of legsIn(await asteriskCli("pjsip show channelstats"))) legs.set(leg.leg, leg);
    for (const technology of technologiesIn(await asteriskCli("bridge show all"))) {
      bridges += 1;
      if (technology === "native_rtp") native += 1;
    }
  };
  const watch = async (): Promise<void> => {
    for (;;) {
      try {
        await delay(EVERY_MS, undefined, { signal: stopping.signal });
      } catch {
        return;
      }
      await look();
    }
  };
  const watching = watch();
  // Reported by `counts`.
  watching.catch(() => undefined);
  return {
    stop: (): void => stopping.abort(),
    counts: async (): Promise<RtpCounts> => {
      await watching;
      const all = [...legs.values()];
      const calls = all.filter(({ leg }) => leg.endsWith("trunk-in")).length;
      const perCall = (value: (leg: LegCounts) => number): number =>
        all.reduce((sum, leg) => sum + value(leg), 0) / calls;
      return {
        calls,
        receivedPerCall: perCall(({ received }) => received),
        sentPerCall: perCall(({ sent }) => sent),
        lostPerCall: perCall(({ lost }) => lost),
        nativeShare: native / bridges,
      };
    },
  };
};
