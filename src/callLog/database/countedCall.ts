import { fromDatabaseTime } from "../../store/time.ts";

/** A call as the statistics count it. */
interface CountedCall {
  readonly atMs: number;
  readonly proxyNumber: string;
  readonly status: string;
  readonly talkSeconds: number;
  readonly ringSeconds: number | null;
  readonly postDialMs: number | null;
  readonly inboundTrunk: string;
  readonly outboundTrunk: string;
}

const numberOrNull = (text: string): number | null => (text === "" ? null : Number(text));

/** Reads the `countedAs` of a row. */
export function countedCallOf(countedAs: string): CountedCall {
  const [start = "", proxyNumber = "", status = "", talk = "", ring = "", postDial = "", ...trunks] =
    countedAs.split("|");
  const [inboundTrunk = "", outboundTrunk = ""] = trunks;
  return {
    atMs: fromDatabaseTime(start),
    proxyNumber,
    status,
    talkSeconds: Number(talk),
    ringSeconds: numberOrNull(ring),
    postDialMs: numberOrNull(postDial),
    inboundTrunk,
    outboundTrunk,
  };
}
