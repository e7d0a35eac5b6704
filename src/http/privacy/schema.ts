import { z } from "zod";
import { mapping } from "../mappings/schema.ts";
import type { Fields } from "../server/fields.ts";
import { storedWord, time } from "../server/schemas.ts";
import { callStatuses } from "../../values/callRecord.ts";

export const numberBody = ({ number }: Fields) =>
  z.object({ number }).meta({ id: "PersonsNumber", description: "A number in any notation." });

const findings = z
  .object({
    mappings: z.int().meta({ description: "Mappings of the number, the released ones included." }),
    labels: z.int().meta({ description: "Other mappings whose label or reference names it." }),
    notes: z.int().meta({ description: "Labels of pools and notes of blocked numbers that name it." }),
    callerIds: z.int().meta({ description: "Mappings and pools that show it as a fixed caller ID." }),
    calls: z.int().meta({ description: "Call records, where it is the real number or the caller's." }),
    importRows: z.int().meta({ description: "Stored rows of imports." }),
    sharedNotes: z.int().meta({ description: "Keys in Redis." }),
  })
  .meta({
    id: "PrivacyFindings",
    description: "In how many places the number is, or was before an erasure.",
  });

const instances = z
  .array(
    z.object({
      node: z.string(),
      spoolLines: z.int(),
      callFileLines: z.int().meta({ description: "Lines of Asterisk's call file." }),
      importFiles: z.int(),
      isComplete: z.boolean().meta({
        description: "False if something is left or could not be searched; the instance's log says why.",
      }),
    }),
  )
  .meta({ description: "What each instance has, or had, in its own files." });

const remains = z
  .array(
    z.object({
      where: z.enum(["backups", "binaryLog"]),
      until: time.nullable().meta({ description: "When the last copy expires; null if that is not known." }),
    }),
  )
  .meta({ description: "Copies that were made before and that cannot be changed, such as backups." });

const common = {
  findings,
  imports: z.array(
    z.object({
      id: z.int(),
      rows: z.int(),
      inDescription: z.boolean().meta({ description: "In the file's name or among its first rows." }),
    }),
  ),
  instances,
  silentInstances: z.array(z.string()).meta({
    description: "Received a file with the number, and did not respond.",
  }),
  isProxyNumber: z.boolean().meta({
    description: "The number is also one of your proxy numbers, and remains one.",
  }),
  remains,
};

export const privacyReport = z
  .object({
    ...common,
    mappings: z.array(mapping),
    calls: z
      .array(
        z.object({
          callId: z.string(),
          startedAt: time,
          as: z.enum(["caller", "dialled", "real", "shown"]).meta({
            description: "Whose number it is in this call. `shown`: only the callee saw it.",
          }),
          talkSeconds: z.int(),
          status: storedWord(callStatuses),
        }),
      )
      .meta({ description: "The newest 1,000." }),
  })
  .meta({ id: "PrivacyReport" });

export const erasureReport = z
  .object({
    ...common,
    mappingIds: z.array(z.int()),
    isComplete: z.boolean().meta({
      description:
        "False if something is left or could not be reached. Send the request again: this is harmless.",
    }),
  })
  .meta({ id: "ErasureReport", description: "The data erased, by place, without the number." });
