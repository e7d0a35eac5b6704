/**
 * Hang-up causes (ITU-T Q.850) and SIP codes as Asterisk 22 converts them: `hangup_cause2sip` of chan_pjsip,
 * `ast_sip_hangup_sip2cause` of res_pjsip, the texts of `ast_cause2str`.
 */
const causeTexts: ReadonlyMap<number, string> = new Map([
  [1, "Unallocated (unassigned) number"],
  [2, "No route to specified transmit network"],
  [3, "No route to destination"],
  [5, "Misdialed trunk prefix"],
  [6, "Channel unacceptable"],
  [16, "Normal Clearing"],
  [17, "User busy"],
  [18, "No user responding"],
  [19, "User alerting, no answer"],
  [20, "Subscriber absent"],
  [21, "Call Rejected"],
  [22, "Number changed"],
  [23, "Redirected to new destination"],
  [26, "Answered elsewhere"],
  [27, "Destination out of order"],
  [28, "Invalid number format"],
  [29, "Facility rejected"],
  [31, "Normal, unspecified"],
  [34, "Circuit/channel congestion"],
  [38, "Network out of order"],
  [41, "Temporary failure"],
  [42, "Switching equipment congestion"],
  [44, "Requested channel not available"],
  [58, "Bearer capability not available"],
  [66, "Channel not implemented"],
  [88, "Incompatible destination"],
  [102, "Recover on timer expiry"],
  [111, "Protocol error, unspecified"],
  [127, "Interworking, unspecified"],
]);

export const causeText = (cause: number): string => causeTexts.get(cause) ?? "Unknown";

/** 0 if chan_pjsip has no code for it; an unanswered caller then gets 603. */
export function sipOfCause(cause: number): number {
  switch (cause) {
    case 1:
    case 2:
    case 3:
      return 404;
    case 17:
      return 486;
    case 18:
      return 408;
    case 19:
    case 20:
    case 31:
      return 480;
    case 21:
      return 403;
    case 22:
      return 410;
    case 23:
      return 302;
    case 27:
      return 502;
    case 28:
      return 484;
    case 29:
      return 501;
    case 34:
    case 42:
    case 66:
      return 503;
    case 38:
    case 127:
      return 500;
    case 58:
      return 488;
    default:
      return 0;
  }
}

const causes: ReadonlyMap<number, number> = new Map([
  [302, 23],
  [401, 21],
  [403, 21],
  [404, 1],
  [407, 21],
  [408, 18],
  [409, 41],
  [410, 22],
  [420, 3],
  [480, 19],
  [483, 19],
  [484, 28],
  [485, 1],
  [486, 17],
  [488, 58],
  [500, 38],
  [501, 29],
  [502, 27],
  [503, 34],
  [504, 102],
  [505, 127],
  [600, 17],
  [603, 21],
  [604, 1],
  [606, 58],
]);

export function causeOfSip(code: number): number {
  const cause = causes.get(code);
  if (cause !== undefined) return cause;
  if (code >= 500 && code < 600) return 34;
  return code >= 400 && code < 700 ? 127 : 16;
}

/** The words that `DELETE /channels/{id}?reason=` takes. */
export const causeOfReason: ReadonlyMap<string, number> = new Map([
  ["normal", 16],
  ["busy", 17],
  ["congestion", 34],
  ["no_answer", 19],
  ["timeout", 18],
  ["rejected", 21],
  ["unallocated", 1],
  ["normal_unspecified", 31],
  ["number_incomplete", 28],
  ["codec_mismatch", 58],
  ["interworking", 127],
  ["failure", 38],
  ["answered_elsewhere", 26],
]);
