import { z } from "zod";
import type { Fields } from "../server/fields.ts";
import { callDirections, callEnders, callStatuses, statusReasons } from "../../values/callRecord.ts";
import {
  csvDelimiter,
  instant,
  listOf,
  next,
  orNull,
  pageAfter,
  pageLimit,
  phone,
  time,
  timeZone,
  wholeNumber,
} from "../server/schemas.ts";

export const callStatus = z.enum(callStatuses).meta({ id: "CallStatus" });
const callDirection = z.enum(callDirections).meta({ id: "CallDirection" });
const callEnder = z.enum(callEnders).meta({ id: "CallEnder" });
export const callReason = z.enum(statusReasons).meta({ id: "CallReason" });

const callFields = {
  callId: z.string(),
  direction: callDirection.meta({
    description:
      "`return`: the owner of a real number dialled their own proxy number and reached the other party of its newest call, which is `realNumber` then.",
  }),
  proxyNumber: z
    .string()
    .meta({ description: "E.164 without the plus sign, or as dialled if it is not a number." }),
  realNumber: phone.nullable(),
  shownNumber: z.string().nullable().meta({
    description:
      "The number that the callee saw, masked like `realNumber` unless it is the proxy number; null if it was withheld or nothing was dialled.",
  }),
  caller: z.string().nullable().meta({
    description: "As sent by the inbound trunk, or masked like `realNumber`; null if withheld.",
  }),
  startedAt: time,
  answeredAt: time.nullable(),
  endedAt: time.nullable(),
  endedBy: orNull(callEnder).meta({
    description: "Who ended the call; `system` is Asterisk or phone-proxy; null if unknown.",
  }),
  ringSeconds: z
    .int()
    .nullable()
    .meta({ description: "From dialling to the answer or the end; null if unknown." }),
  talkSeconds: z.int(),
  status: callStatus,
  reason: orNull(callReason),
  sipCode: z.int().nullable().meta({
    description:
      "The callee's final answer: 200 if the call was answered, else the code of the refusal. null without an answer.",
  }),
  cause: z.int().nullable().meta({ description: "Q.850." }),
  inboundTrunk: z.string().nullable(),
  outboundTrunk: z.string().nullable(),
  asterisk: z.string().nullable(),
  node: z.string().nullable().meta({ description: "The instance that followed the call; null if none did." }),
};

const call = z.object(callFields).meta({ id: "Call" });

const timelineStep = z
  .object({
    at: time,
    event: z.string().meta({ description: "The event of the call machine, e.g. `calleeRang`." }),
    state: z.string().meta({ description: "The state of the call after it." }),
    sipCode: z.int().nullable(),
  })
  .meta({ id: "TimelineStep" });

export const callDetails = z
  .object({
    ...callFields,
    timeline: z
      .array(timelineStep)
      .nullable()
      .meta({ description: "null if no instance followed the call." }),
  })
  .meta({ id: "CallDetails" });

const seconds = wholeNumber(0, 1_000_000);
const trunk = z.string().min(1).max(80);

/** Filters without phone numbers, which may be in a URL. */
const plainFilter = {
  from: instant.optional().meta({ description: "Calls that started at this time or later." }),
  to: instant.optional().meta({ description: "Calls that started before this time." }),
  status: listOf(callStatus).optional(),
  direction: callDirection.optional(),
  trunk: trunk.optional().meta({ description: "Inbound or outbound." }),
  minSeconds: seconds.optional().meta({ description: "Minimum talk time." }),
  maxSeconds: seconds.optional().meta({ description: "Maximum talk time." }),
};
const number = z
  .string()
  .min(1)
  .max(60)
  .optional()
  .meta({ description: "Proxy, real, or caller's number, in any notation." });
/** Anything that people remember of a call. */
const search = (fields: Fields) =>
  fields.search.optional().meta({
    description:
      "Anywhere in a number, or in the label or reference of the number called, in any notation. Not together with `number`.",
  });
const exportForm = { delimiter: csvDelimiter, zone: timeZone.default("UTC") };

export const callQuery = z.strictObject({ ...plainFilter, limit: pageLimit, after: pageAfter });
export const callSearch = (fields: Fields) =>
  z
    .strictObject({ ...plainFilter, number, search: search(fields), limit: pageLimit, after: pageAfter })
    .meta({ id: "CallSearch" });
export const callExportQuery = z.strictObject({ ...plainFilter, ...exportForm });
export const callExport = (fields: Fields) =>
  z
    .strictObject({ ...plainFilter, number, search: search(fields), ...exportForm })
    .meta({ id: "CallExport" });

export const callWorkbook = (fields: Fields) =>
  z
    .strictObject({ ...plainFilter, number, search: search(fields), zone: exportForm.zone })
    .meta({ id: "CallWorkbook" });

export const callPage = z
  .object({
    items: z.array(call),
    next,
    searchedFor: z.int().nullable().meta({
      description:
        "If `search` matches too many numbers, only the newest of them are searched: this is how many. Otherwise null.",
    }),
    total: z
      .object({ calls: z.int(), talkSeconds: z.int(), exact: z.boolean() })
      .nullable()
      .meta({
        description:
          "Number of calls found and their talk time, on the first page only. Without `exact` there are at least this many. " +
          "Also null for a trunk or duration without a number over more than a month, which would take long to count.",
      }),
  })
  .meta({ id: "CallPage" });

export const hungUp = z.object({ callId: z.string(), node: z.string() }).meta({ id: "HungUp" });
/** Documented, not checked: no record has any other ID. */
export const callId = z.string().meta({ minLength: 1, maxLength: 150 });
