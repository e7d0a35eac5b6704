import { environmentSchema, isSettingName } from "./schema.ts";
import { readSecretFiles } from "./secretFiles.ts";
import { descriptions } from "./setting.ts";
import { urlsIn } from "./urlsIn.ts";

/** Shorter ones also occur as ordinary words. */
const shortest = 6;

/** The secrets in these variables and in the files that they name: to find them where they do not belong. */
export function secretValues(variables: Readonly<Record<string, string>>): readonly string[] {
  const given = { ...variables };
  readSecretFiles(given);
  const secrets = new Set<string>();
  for (const [name, value] of Object.entries(given))
    if (isSettingName(name) && descriptions.get(environmentSchema.shape[name])?.secret === true)
      for (const secret of secretsIn(value)) if (secret.length >= shortest) secrets.add(secret);
  // Long ones first: one may be a part of another.
  return [...secrets].toSorted((one, other) => other.length - one.length);
}

/** Of URLs the passwords, of a JSON text every value, of a path nothing. */
function secretsIn(value: string): readonly string[] {
  const urls = urlsIn(value);
  if (urls !== null) return urls.flatMap(({ password }) => [password, decodeURIComponent(password)]);
  if (/^[./\w-]+\.sqlite\d?$/.test(value)) return [];
  return [
    value,
    ...Array.from(value.matchAll(/"(?<text>[^"\\]+)"/g), ({ groups }) => groups?.["text"] ?? ""),
  ];
}
