import type { AriEvent } from "../../src/ari/generated/models.ts";
import type { CallerScript } from "../../lab/sipp/caller.ts";
import type { CalleeBehaviour } from "../../lab/sipp/callees.ts";
import type { EndLine } from "./callFile.ts";

/**
 * Calls that Asterisk connects: the messages that both ends see, the events that a controller subscribed to the
 * outbound endpoint gets, and the line in Asterisk's call file. The same table applies to the real Asterisk with SIPp
 * at both ends and to the simulated one.
 */
interface CallCourse {
  readonly name: string;
  readonly callee: CalleeBehaviour;
  readonly caller: CallerScript;
  /** Trunks in turn, as in the extension of `[connect]`; only the first, which works, by default. */
  readonly route?: string;
  readonly course: Course;
}

interface Course {
  /** SIP responses that the caller gets, without 100; `BYE` if Asterisk ends the call. */
  readonly callerSees: string;
  /** Events of the callee's leg, in order; several if the real Asterisk varies. */
  readonly leg: string | readonly string[];
  /** Arguments of `Stasis(app,end,…)`; null for none. */
  readonly end: string | null;
  readonly line: LineFacts;
}

/** The fields of an `end` line that do not depend on numbers and times. */
interface LineFacts {
  readonly dialStatus: string;
  readonly cause: string;
  readonly sipCode: string;
  readonly endedBy: string;
  readonly status: string;
  readonly reason: string;
  /** Which of the times are given: answered, rang, early media. */
  readonly times: string;
}

const waits: CallerScript = { kind: "waits" };
const talks: CallerScript = { kind: "talks", talkMs: 300 };
/** After 100, there has to be time for a decision. */
const cancels = (after: 100 | 180 | 183): CallerScript => ({
  kind: "cancels",
  after,
  afterMs: after === 100 ? 1_000 : 200,
});

const line = (
  dialStatus: string,
  cause: number,
  sipCode: string,
  endedBy: string,
  times = "",
): LineFacts => ({ dialStatus, cause: String(cause), sipCode, endedBy, status: "", reason: "", times });

const answered = (endedBy: string, times: string): LineFacts => line("ANSWER", 16, "", endedBy, times);

/** The callee's provider refuses at once. */
const refusal = (
  callee: CalleeBehaviour,
  callerSees: string,
  sip: number,
  cause: number,
  dialStatus: string,
): CallCourse => ({
  name: `the callee's provider answers ${sip}`,
  callee,
  caller: waits,
  course: {
    callerSees,
    leg: `HangupRequest ${cause}/${sip}, Destroyed ${cause}/${sip}`,
    end: `||${dialStatus}|${cause}|${sip}|trunk-out`,
    line: line(dialStatus, cause, String(sip), "system"),
  },
});

/** Trunks of `route`: the second is one that Asterisk does not have. */
export const missingTrunk = "no-such-trunk";

export const callCourses: readonly CallCourse[] = [
  {
    name: "the callee hangs up",
    callee: "answersThenHangsUp",
    caller: waits,
    course: {
      callerSees: "180 200 BYE",
      leg: "Ringing, Up, HangupRequest 16, Destroyed 16",
      end: null,
      line: answered("callee", "answered rang"),
    },
  },
  {
    name: "the caller hangs up",
    callee: "answers",
    caller: talks,
    course: {
      callerSees: "180 200",
      leg: "Ringing, Up, Destroyed 16",
      end: null,
      line: answered("caller", "answered rang"),
    },
  },
  {
    name: "early media precedes the answer",
    callee: "earlyMediaThenAnswers",
    caller: talks,
    course: {
      callerSees: "183 200",
      leg: "Up, Destroyed 16",
      end: null,
      line: answered("caller", "answered progressed"),
    },
  },
  {
    name: "the callee answers without ringing",
    callee: "answersWithoutRinging",
    caller: talks,
    course: { callerSees: "200", leg: "Up, Destroyed 16", end: null, line: answered("caller", "answered") },
  },
  {
    name: "the caller gives up while it rings",
    callee: "ringsForEver",
    caller: cancels(180),
    course: {
      callerSees: "180 487",
      leg: "Ringing, Destroyed 127/500",
      end: null,
      line: line("CANCEL", 127, "", "caller", "rang"),
    },
  },
  {
    name: "the caller gives up during early media",
    callee: "earlyMediaForEver",
    caller: cancels(183),
    course: {
      callerSees: "183 487",
      leg: "Destroyed 127/500",
      end: null,
      line: line("CANCEL", 127, "", "caller", "progressed"),
    },
  },
  {
    name: "the caller gives up before it rings",
    callee: "triesForEver",
    caller: cancels(100),
    course: {
      callerSees: "487",
      leg: "Destroyed 127/500",
      end: null,
      line: line("CANCEL", 127, "", "caller"),
    },
  },
  {
    name: "the callee's answer crosses the caller's CANCEL",
    callee: "answersOnCancel",
    caller: cancels(180),
    course: {
      callerSees: "180 487",
      leg: "Ringing, Destroyed 127/500",
      end: null,
      line: line("CANCEL", 127, "", "caller", "rang"),
    },
  },
  {
    name: "the callee does not answer in time",
    callee: "ringsForEver",
    caller: waits,
    course: {
      callerSees: "180 480",
      leg: "Ringing, Destroyed 0",
      end: "||NOANSWER|0||trunk-out",
      line: line("NOANSWER", 19, "", "system", "rang"),
    },
  },
  {
    name: "the trunk stays silent",
    callee: "triesForEver",
    caller: waits,
    course: {
      callerSees: "503",
      leg: "Destroyed 0",
      end: "||CHANUNAVAIL|0||trunk-out",
      line: line("CHANUNAVAIL", 34, "", "system"),
    },
  },
  {
    name: "the callee redirects",
    callee: "redirects",
    caller: waits,
    course: {
      callerSees: "403",
      leg: ["HangupRequest 23/302, Destroyed 23/302", "Destroyed 0"],
      end: "rejected|redirect_refused|BUSY|0||trunk-out",
      line: { ...line("BUSY", 21, "", "system"), status: "rejected", reason: "redirect_refused" },
    },
  },
  refusal("badRequest", "500", 400, 127, "CHANUNAVAIL"),
  refusal("forbidden", "403", 403, 21, "CHANUNAVAIL"),
  refusal("notFound", "404", 404, 1, "CHANUNAVAIL"),
  refusal("requestTimeout", "408", 408, 18, "CHANUNAVAIL"),
  refusal("gone", "410", 410, 22, "CHANUNAVAIL"),
  refusal("unavailable", "480", 480, 19, "NOANSWER"),
  refusal("loopDetected", "603", 482, 127, "CHANUNAVAIL"),
  refusal("tooManyHops", "480", 483, 19, "NOANSWER"),
  refusal("addressIncomplete", "484", 484, 28, "CHANUNAVAIL"),
  refusal("busy", "486", 486, 17, "BUSY"),
  refusal("notAcceptable", "488", 488, 58, "CHANUNAVAIL"),
  refusal("serverError", "503", 500, 38, "CHANUNAVAIL"),
  refusal("badGateway", "503", 502, 27, "CHANUNAVAIL"),
  refusal("serviceUnavailable", "503", 503, 34, "CONGESTION"),
  refusal("gatewayTimeout", "503", 504, 102, "CHANUNAVAIL"),
  refusal("busyEverywhere", "486", 600, 17, "BUSY"),
  refusal("declines", "403", 603, 21, "CHANUNAVAIL"),
  refusal("doesNotExist", "404", 604, 1, "CHANUNAVAIL"),
  {
    name: "the callee is busy after ringing",
    callee: "ringsThenBusy",
    caller: waits,
    course: {
      callerSees: "180 486",
      leg: "Ringing, HangupRequest 17/486, Destroyed 17/486",
      end: "||BUSY|17|486|trunk-out",
      line: line("BUSY", 17, "486", "system", "rang"),
    },
  },
  {
    name: "an announcement of the callee's network precedes its refusal",
    callee: "earlyMediaThenUnallocated",
    caller: waits,
    course: {
      callerSees: "183 404",
      leg: "HangupRequest 1/404, Destroyed 1/404",
      end: "||CHANUNAVAIL|1|404|trunk-out",
      line: line("CHANUNAVAIL", 1, "404", "system", "progressed"),
    },
  },
  {
    name: "the first trunk does not exist, and the second works",
    callee: "answers",
    caller: talks,
    route: "2-d1-d",
    course: {
      callerSees: "180 200",
      leg: "Ringing, Up, Destroyed 16",
      end: null,
      line: answered("caller", "answered rang"),
    },
  },
  {
    name: "no trunk exists",
    callee: "answers",
    caller: waits,
    route: "2-d",
    course: {
      callerSees: "503",
      leg: "",
      end: `||CHANUNAVAIL|3||${missingTrunk}`,
      line: line("CHANUNAVAIL", 3, "", "system"),
    },
  },
  {
    name: "the first trunk is full, and so is the second",
    callee: "serviceUnavailable",
    caller: waits,
    route: "1-d1-d",
    course: {
      callerSees: "503",
      leg: "HangupRequest 34/503, Destroyed 34/503, HangupRequest 34/503, Destroyed 34/503",
      end: "||CONGESTION|34|503|trunk-out",
      line: line("CONGESTION", 34, "503", "system"),
    },
  },
  {
    name: "the callee is unknown to the first trunk",
    callee: "notFound",
    caller: waits,
    route: "1-d1-d",
    course: {
      callerSees: "404",
      leg: "HangupRequest 1/404, Destroyed 1/404",
      end: "||CHANUNAVAIL|1|404|trunk-out",
      line: line("CHANUNAVAIL", 1, "404", "system"),
    },
  },
];

/** The events of one call, in the words of the table. */
export function toldBy(events: readonly AriEvent[], callId: string): Pick<Course, "leg" | "end"> {
  const leg: string[] = [];
  let end: string | null = null;
  for (const event of events) {
    if (event.type === "StasisStart" && event.channel.id === callId && event.args[0] === "end")
      end = event.args.slice(1).join("|");
    if (!("channel" in event) || event.channel === undefined) continue;
    const { accountcode, id, state } = event.channel;
    if (accountcode !== callId || id === callId) continue;
    if (event.type === "ChannelStateChange") leg.push(state);
    if (event.type === "ChannelHangupRequest")
      leg.push(`HangupRequest ${causes(event.cause, event.tech_cause)}${event.soft ? " soft" : ""}`);
    if (event.type === "ChannelDestroyed") leg.push(`Destroyed ${causes(event.cause, event.tech_cause)}`);
  }
  return { leg: leg.join(", "), end };
}

const causes = (cause: number | undefined, sip: number | undefined): string =>
  sip === undefined ? String(cause) : `${cause}/${sip}`;

/** An `end` line, in the words of the table. */
export function lineFacts(line: EndLine): LineFacts {
  const { dialStatus, cause, sipCode, endedBy, status, reason, answeredMs, ringMs, progressMs } = line;
  const times = [
    ["answered", answeredMs],
    ["rang", ringMs],
    ["progressed", progressMs],
  ].flatMap(([word, given]) => (given === "" ? [] : [word]));
  return { dialStatus, cause, sipCode, endedBy, status, reason, times: times.join(" ") };
}
