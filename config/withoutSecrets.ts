import { environmentSchema, isSettingName } from "./schema.ts";
import { secretOf } from "./secretFiles.ts";
import { descriptions } from "./setting.ts";
import { urlsIn } from "./urlsIn.ts";

/**
 * The settings among these variables, as a file that can be used in place of `.env`. Secrets are left out: of a URL the
 * password, of others everything. Paths of files with secrets stay.
 */
export function settingsWithoutSecrets(given: Readonly<Record<string, string>>): string {
  const lines = Object.entries(given)
    .filter(([name]) => isSettingName(name) || secretOf(name) !== null)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([name, value]) => lineOf(name, value));
  return `${lines.join("\n")}\n`;
}

function lineOf(name: string, value: string): string[] {
  const secret = isSettingName(name) && descriptions.get(environmentSchema.shape[name])?.secret === true;
  if (!secret) return [`${name}=${quoted(value)}`];
  const urls = urlsIn(value);
  if (urls !== null) {
    const hadPassword = urls.some(({ password }) => password !== "");
    for (const url of urls) url.password = "";
    const shown = urls.map(({ href }) => href).join(" ");
    return [...(hadPassword ? [`# Add the password to ${name}.`] : []), `${name}=${quoted(shown)}`];
  }
  // A path to a database is no secret, but a JSON text or a password is.
  return /^[./\w-]+\.sqlite\d?$/.test(value)
    ? [`${name}=${quoted(value)}`]
    : [`# ${name} was set; it is secret.`];
}

/** For dotenv and for systemd. */
function quoted(value: string): string {
  if (/^[\w./:@%+,-]*$/.test(value)) return value;
  return value.includes("'") ? `"${value.replaceAll(/["\\]/g, "\\$&")}"` : `'${value}'`;
}
