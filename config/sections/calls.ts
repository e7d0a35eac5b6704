import { z } from "zod";
import {
  callerIdPolicy,
  endpointName,
  json,
  named,
  numberPrefix,
  oneOf,
  secondsAsMs,
  sipCodes,
  wholeNumber,
} from "../fields.ts";
import { optional, setting } from "../setting.ts";

/** Played by the dialplan, too, so only what `Playback()` can play. */
const mediaUris = z
  .string()
  .regex(/^sound:[\w./-]+(?:,sound:[\w./-]+)*$/, "is not a media URI of a sound file, or a list of them");

const announcement = (when: string) => ({
  section: "Calls" as const,
  about: `Announcement played to a caller ${when} before the call is refused.`,
  form: "sound files of Asterisk, e.g. `sound:ss-noservice` or `sound:hello,sound:goodbye`",
});

export const callsSettings = {
  CONNECT: setting(oneOf(["dial", "bridge"]), {
    section: "Calls",
    about:
      "Who connects calls. `dial`: Asterisk, as the controller decided; a call goes on and ends without a controller. " +
      "`bridge`: the controller, which holds both legs for the whole call.",
    form: "`dial` or `bridge`",
    fallback: "dial",
  }),
  RING_TIMEOUT_SECONDS: setting(secondsAsMs(1, 600), {
    section: "Calls",
    about: "How long the callee's phone may ring.",
    form: "a whole number from 1 to 600",
    fallback: "60",
  }),
  MAX_CALL_SECONDS: setting(secondsAsMs(1, 86_400), {
    section: "Calls",
    about: "Longest call, counted from the answer.",
    form: "a whole number from 1 to 86400",
    fallback: "7200",
  }),
  OUTBOUND_TRUNK: setting(endpointName, {
    section: "Calls",
    about: "PJSIP endpoint for calls to real numbers. For several trunks, use `OUTBOUND_TRUNKS`.",
    form: "the name of an endpoint in `pjsip.conf`",
    fallback: "trunk-out",
  }),
  OUTBOUND_DIAL_PREFIX: setting(numberPrefix, {
    section: "Calls",
    about: "Prefix added to the real number (in E.164, without `+`) when dialling.",
    form: "empty, `+`, or the digits your provider requires",
    fallback: "",
  }),
  OUTBOUND_CALLER_ID_PREFIX: setting(numberPrefix, {
    section: "Calls",
    about: "Prefix added to the number that the callee sees (in E.164, without `+`).",
    form: "empty, `+`, or the digits your provider requires",
    fallback: "",
  }),
  CALLER_ID_POLICY: setting(callerIdPolicy, {
    section: "Calls",
    about:
      "The number the callee sees: the caller's own proxy number or, without one, the dialled one (`proxy`); always the " +
      "dialled one (`dialled`); the caller's real number (`caller`); none; or a fixed number.",
    form: "`proxy`, `dialled`, `caller`, `anonymous` or `fixed:NUMBER`",
    fallback: "proxy",
  }),
  OUTBOUND_TRUNKS: optional(
    json(
      named(
        z.strictObject({
          name: endpointName,
          dialPrefix: numberPrefix.default(""),
          callerIdPrefix: numberPrefix.default(""),
          callerId: z.string().default("proxy").pipe(callerIdPolicy),
        }),
        9,
      ),
    ),
    {
      section: "Calls",
      about:
        "Several outbound trunks, at most nine, in place of the four settings above. They are tried in this order.",
      form: '`[{"name":"trunk-out","dialPrefix":"+","callerIdPrefix":"+","callerId":"proxy"}]`',
    },
  ),
  FAIL_OVER_CODES: setting(sipCodes, {
    section: "Calls",
    about:
      "SIP responses of an outbound trunk, besides all from 500 to 599, after which the next trunk is tried.",
    form: "SIP codes separated by commas, e.g. `402,407`, or empty",
    fallback: "402,407",
  }),
  SILENT_TRUNK_SECONDS: setting(secondsAsMs(1, 60), {
    section: "Calls",
    about:
      "How long an outbound trunk may leave a call without ringing or any other progress before the next trunk is tried.",
    form: "a whole number from 1 to 60",
    fallback: "12",
  }),
  INBOUND_TRUNKS: setting(
    json(
      named(
        z.strictObject({
          name: endpointName,
          callerNumbers: z.enum(["e164", "national"], "is neither `e164` nor `national`").default("e164"),
          did: z
            .enum(["request", "to", "p-called-party-id"], "is not a place of the dialled number")
            .default("request"),
          trustsCallers: z.boolean().default(true),
        }),
        20,
      ),
    ),
    {
      section: "Calls",
      about:
        "The PJSIP endpoints that calls come from. `callerNumbers` says how the provider writes the numbers of callers: " +
        "with the country code (`e164`) or as dialled within the country (`national`). `did` says where the dialled number " +
        "is: in the Request-URI (`request`), or in the header To (`to`) or P-Called-Party-ID (`p-called-party-id`). " +
        "`trustsCallers`: the provider guarantees the numbers of callers. If it is `false`, and on an endpoint that is not " +
        "listed here, callers are never shown by their own proxy number, and owners cannot return calls.",
      form: '`[{"name":"trunk-in","callerNumbers":"e164","did":"request","trustsCallers":true}]`',
      fallback: '[{"name":"trunk-in"}]',
    },
  ),
  LOOKUP_TIMEOUT_MS: setting(wholeNumber(50, 10_000), {
    section: "Calls",
    about: "How long a call waits for its lookup before it goes back to the dialplan, in milliseconds.",
    form: "a whole number from 50 to 10000",
    fallback: "1000",
  }),
  RETURN_CALL_HOURS: setting(wholeNumber(0, 720), {
    section: "Calls",
    about:
      "Owners who dial their own proxy number reach the other party of its newest call, if that is not older than this. " +
      "`0` turns this off.",
    form: "a whole number of hours from 0 to 720",
    fallback: "24",
  }),
  ANNOUNCEMENT_UNKNOWN: optional(mediaUris, announcement("who dialled an unknown number")),
  ANNOUNCEMENT_DISABLED: optional(mediaUris, announcement("who dialled a disabled number")),
  ANNOUNCEMENT_EXPIRED: optional(mediaUris, announcement("who dialled an expired or released number")),
  ANNOUNCEMENT_FAILED: setting(mediaUris, {
    ...announcement("whose number cannot be looked up"),
    fallback: "sound:all-circuits-busy-now",
  }),
  ANNOUNCEMENT_OWN_NUMBER: setting(mediaUris, {
    ...announcement("who dialled their own proxy number and has no call to return"),
    fallback: "sound:cannot-complete-as-dialed",
  }),
};
