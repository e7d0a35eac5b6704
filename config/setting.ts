import { z } from "zod";

/** What operators need to know about a setting. The settings page and the error messages are made from it. */
interface SettingDescription {
  readonly section: "Data" | "Asterisk" | "Calls" | "Numbers" | "Web" | "Access" | "Operation" | "Backup";
  /** What the setting does. */
  readonly about: string;
  /** What a valid value looks like, to follow "expected". */
  readonly form: string;
  /** The default as shown to people; absent for an optional setting. */
  readonly fallback?: string;
  /** May hold a password, so it can also be given as the path of a file in `NAME_FILE`. */
  readonly secret?: true;
}

export const descriptions = z.registry<SettingDescription>();

/** `fallback` is the text used, and shown, when the variable is absent. */
export function setting<Value>(
  schema: z.ZodType<Value, string>,
  description: SettingDescription & { readonly fallback: string },
  actualFallback: string = description.fallback,
) {
  const withFallback = schema.prefault(actualFallback);
  descriptions.add(withFallback, description);
  return withFallback;
}

/** null when the variable is absent. */
export function optional<Value>(schema: z.ZodType<Value, string>, description: SettingDescription) {
  const orNull = schema.nullable().prefault(null);
  descriptions.add(orNull, description);
  return orNull;
}
