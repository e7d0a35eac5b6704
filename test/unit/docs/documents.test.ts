import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { describeSettings } from "../../../config/describe.ts";
import { environmentSchema } from "../../../config/schema.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const documents = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((name) => name !== "" && existsSync(join(root, name)));
const textOf = (name: string): string => readFileSync(join(root, name), "utf8");
const scripts = (JSON.parse(textOf("package.json")) as { readonly scripts: Readonly<Record<string, string>> })
  .scripts;

/** The anchor that GitHub generates for a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(" ", "-");

/** The shell commands of a document, block by block. */
const shellOf = (text: string): readonly string[] =>
  Array.from(text.matchAll(/^ *```sh\n(.*?)^ *```$/gmsu), ([, code = ""]) => code);

const anchorsOf = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(/^#{1,6} (.+)$/gmu)].map(([, heading = ""]) => anchorOf(heading)));

describe("The documentation", () => {
  it("describes the settings", () => {
    expect(textOf("docs/settings.md").trim(), "Run npm run docs:settings").to.equal(
      describeSettings().trim(),
    );
  });

  it("keeps the README at 150 lines or fewer", () => {
    expect(textOf("README.md").split("\n").length).to.be.at.most(151);
  });

  it("names only commands that exist", () => {
    const named = documents.flatMap((name) =>
      [...textOf(name).matchAll(/npm run ([\w:]+)/gu)].map(([, script = ""]) => ({ name, script })),
    );
    expect(named).not.to.deep.equal([]);
    expect(named.filter(({ script }) => !(script in scripts))).to.deep.equal([]);
  });

  it("has only shell commands that a shell can read", () => {
    const all = documents.flatMap((name) => shellOf(textOf(name)));
    expect(all.length).to.be.greaterThan(20);
    const script = all.map((code) => `(\n${code}\n)\n`).join("");
    execFileSync("bash", ["-n"], { input: script, stdio: ["pipe", "ignore", "pipe"] });
  });

  it("tells operators the same commands in both languages", () => {
    const commands = (name: string): readonly string[] =>
      shellOf(textOf(name))
        .join("")
        .replaceAll(/ +#.*$/gmu, "")
        .replaceAll(/phone-proxy_\S+\.deb|phone-proxy-\S+Z\b|(?<=restore )\/\S+/gu, "…")
        .split("\n")
        .filter((line) => line !== "");
    const inRussian = commands("docs/operation.ru.md");
    expect(inRussian.length).to.be.greaterThan(40);
    expect(inRussian).to.deep.equal(commands("docs/operation.md").slice(0, inRussian.length));
  });

  it("links only to files and headings that exist", () => {
    const broken = documents.flatMap((name) =>
      // In code, brackets are no links.
      [
        ...textOf(name)
          .replaceAll(/^```.*?^```$/gmsu, "")
          .matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/gu),
      ].flatMap(([link, path = "", anchor]) => {
        const target = path === "" ? name : join(dirname(name), path);
        if (!existsSync(join(root, target))) return [`${name}: ${link}`];
        return anchor === undefined || anchorsOf(textOf(target)).has(anchor) ? [] : [`${name}: ${link}`];
      }),
    );
    expect(broken).to.deep.equal([]);
  });

  it("has no table row or code line beyond 140 columns", () => {
    const wide = documents.flatMap((name) => {
      let inCode = false;
      return textOf(name)
        .split("\n")
        .flatMap((line, index) => {
          if (line.startsWith("```")) inCode = !inCode;
          return (inCode || line.startsWith("|")) && line.length > 140 ? [`${name}:${index + 1}`] : [];
        });
    });
    expect(wide).to.deep.equal([]);
  });

  it("of Asterisk's configuration name settings and functions that exist", () => {
    const files = readdirSync(join(root, "asterisk")).filter((name) => name.endsWith(".conf"));
    const lines = files.flatMap((name) => textOf(`asterisk/${name}`).split("\n"));
    const namesIn = (text: string): string[] => text.match(/\b[A-Z]+(?:_[A-Z]+)+\b/gu) ?? [];
    const isComment = (line: string): boolean => line.trimStart().startsWith(";");
    const used = new Set(lines.filter((line) => !isComment(line)).flatMap(namesIn));
    const named = lines.filter(isComment).flatMap(namesIn);
    expect(named).to.include("ASTERISK_APPLICATION");
    expect(named.filter((name) => !used.has(name) && !(name in environmentSchema.shape))).to.deep.equal([]);
  });
});
