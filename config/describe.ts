import { pathToFileURL } from "node:url";
import { environmentSchema } from "./schema.ts";
import { descriptions } from "./setting.ts";

/** The page `docs/settings.md`: all settings in sections, each with an anchor of its own. */
export function describeSettings(): string {
  const sections = new Map<string, string[]>();
  for (const [name, schema] of Object.entries(environmentSchema.shape)) {
    const description = descriptions.get(schema);
    if (description === undefined) throw new Error(`The setting ${name} has no description.`);
    const { section, about, form, fallback, secret } = description;
    const settings = sections.get(section) ?? [];
    settings.push(
      [
        `### ${name}`,
        "",
        ...wrapped(about),
        "",
        ...wrapped(`- Value: ${form}`, "  "),
        `- Default: ${shownDefault(fallback)}`,
        ...(secret ? [`- From a file: \`${name}_FILE\``] : []),
      ].join("\n"),
    );
    sections.set(section, settings);
  }
  const pages = [...sections].map(([section, settings]) => [`## ${section}`, ...settings].join("\n\n"));
  return [introduction, ...pages].join("\n\n");
}

const introduction = `# Settings

<!-- Generated: npm run docs:settings -->

Set these in the environment, or in a file named \`.env\` in the folder the application starts in. At startup all invalid
settings are reported together.

A setting that can hold a password can also come from a file, as container runtimes provide it: set
\`ASTERISK_PASSWORD_FILE\` to the path of a file that contains the password. If both are set, the value counts and the
file is ignored.

The log and \`npm run doctor\` name each setting that is unknown, or has no effect beside the others.`;

const longestLine = 110;

/** Breaks a text between words. What has no space stays in one line. */
function wrapped(text: string, indent = ""): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line.trim() !== "" && line.length + 1 + word.length > longestLine) {
      lines.push(line);
      line = indent + word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function shownDefault(fallback: string | undefined): string {
  if (fallback === undefined) return "not set";
  if (fallback === "") return "empty";
  return fallback.includes(" ") ? fallback : `\`${fallback}\``;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.stdout.write(`${describeSettings()}\n`);
}
