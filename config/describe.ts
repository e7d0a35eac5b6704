import { pathToFileURL } from "node:url";
import { descriptions, environmentSchema } from "./schema.ts";

/** All settings as Markdown tables, one for each section; the README holds this text. */
export function describeSettings(): string {
  const sections = new Map<string, string[]>();
  for (const [name, schema] of Object.entries(environmentSchema.shape)) {
    const description = descriptions.get(schema);
    if (description === undefined) throw new Error(`The setting ${name} is not described.`);
    const { section, about, form, fallback } = description;
    const cells = [`\`${name}\``, about, form, shownDefault(fallback)];
    const rows = sections.get(section) ?? [];
    rows.push(`| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`);
    sections.set(section, rows);
  }
  return [...sections]
    .map(([section, rows]) =>
      [
        `### ${section}`,
        "",
        "| Setting | What it does | Value | Default |",
        "| --- | --- | --- | --- |",
        ...rows,
      ].join("\n"),
    )
    .join("\n\n");
}

function shownDefault(fallback: string | undefined): string {
  if (fallback === undefined) return "not set";
  if (fallback === "") return "empty";
  return fallback.includes(" ") ? fallback : `\`${fallback}\``;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.stdout.write(`${describeSettings()}\n`);
}
