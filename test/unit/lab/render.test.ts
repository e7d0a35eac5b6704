import { expect } from "chai";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { asteriskSettings } from "../../../lab/asteriskSettings.ts";
import { labLayout } from "../../../lab/layout.ts";
import { CommandFailedError, run } from "../../../lab/run.ts";

const CONFIGURATION = fileURLToPath(new URL("../../../asterisk", import.meta.url));
const EXAMPLE = join(CONFIGURATION, "settings.env.example");

const settings = asteriskSettings(labLayout({}), {
  ari: "ari-secret",
  mysqlRoot: "root-secret",
  mysqlApplication: "application-secret",
  mysqlMigrations: "migrations-secret",
  mysqlAsterisk: "asterisk-secret",
});

const namesIn = (text: string): string[] =>
  [...text.matchAll(/^([A-Z_]+)=/gmu)].map((match) => match[1] ?? "");

describe("asterisk/render.sh", () => {
  let target: string;
  beforeEach(async () => {
    target = await mkdtemp(join(tmpdir(), "phone-proxy-render-"));
  });
  afterEach(async () => {
    await rm(target, { recursive: true });
  });

  const render = async (values: Record<string, string> = settings): Promise<void> => {
    await run([join(CONFIGURATION, "render.sh"), "-", target], { environment: values });
  };
  const rendered = async (name: string): Promise<string> => await readFile(join(target, "etc", name), "utf8");

  it("fills in every name of the example, and no others", async () => {
    const names = namesIn(await readFile(EXAMPLE, "utf8"));
    expect(Object.keys(settings).sort()).to.deep.equal(names.sort());
    await render();
    const files = await readdir(join(target, "etc/asterisk"));
    const sources = (await readdir(CONFIGURATION)).filter((name) => name.endsWith(".conf"));
    expect(files.sort()).to.deep.equal(sources.sort());
    for (const file of files.map((name) => `asterisk/${name}`).concat("odbc.ini", "odbcinst.ini"))
      for (const name of names) expect(await rendered(file)).not.to.contain(`\${${name}}`);
    expect(await rendered("asterisk/ari.conf")).to.contain("password = ari-secret");
    expect(await rendered("asterisk/extensions.conf")).to.contain("Stasis(${STASIS_APP},in,${DIALLED}");
  });

  it("uses values literally, whatever they contain", async () => {
    const strange = "a&b\\1|c/d $HOME `id` ${ARI_PASSWORD} %s";
    await render({ ...settings, ARI_PASSWORD: strange });
    expect(await rendered("asterisk/ari.conf")).to.contain(`password = ${strange}\n`);
  });

  it("refuses a mark that Asterisk would not find again in a header", async () => {
    for (const name of ["my office", "büro", "a=b"]) {
      const refusal = await render({ ...settings, INSTALLATION: name }).catch((error: unknown) => error);
      expect(refusal, name).to.be.instanceOf(CommandFailedError);
    }
  });

  it("reads a settings file", async () => {
    const file = join(target, "mine.env");
    await writeFile(
      file,
      (await readFile(EXAMPLE, "utf8")).replace("SYSTEM_NAME=asterisk-1", "SYSTEM_NAME=moscow-2"),
    );
    await run([join(CONFIGURATION, "render.sh"), file, target]);
    expect(await rendered("asterisk/asterisk.conf")).to.contain("systemname = moscow-2");
  });

  it("keeps passwords from other users", async () => {
    await render();
    const mode = async (name: string): Promise<number> =>
      (await stat(join(target, "etc", name))).mode & 0o007;
    expect(await mode("asterisk/ari.conf")).to.equal(0);
    expect(await mode("asterisk/res_odbc.conf")).to.equal(0);
    expect(await rendered("odbc.ini")).not.to.contain("asterisk-secret");
  });

  it("names missing values, and writes nothing", async () => {
    const { ARI_PASSWORD, SIP_PORT, ...rest } = settings;
    expect([ARI_PASSWORD, SIP_PORT]).not.to.include(undefined);
    const failure = await render(rest).catch((error: unknown) => error);
    if (!(failure instanceof CommandFailedError)) throw new Error("It did not fail.");
    expect(failure.output).to.contain("no value for: ARI_PASSWORD SIP_PORT");
    expect(await readdir(target)).to.deep.equal([]);
  });
});
