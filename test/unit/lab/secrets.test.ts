import { expect } from "chai";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { labSecrets } from "../../../lab/secrets.ts";

describe("The lab's passwords", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "phone-proxy-lab-"));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it("are generated once, all different, in a file readable by its owner only", async () => {
    const first = labSecrets(folder);
    expect(labSecrets(folder)).to.deep.equal(first);
    expect(new Set(Object.values(first)).size).to.equal(Object.values(first).length);
    expect((await stat(join(folder, "secrets.json"))).mode & 0o777).to.equal(0o600);
  });

  it("are generated if missing or damaged, and otherwise kept", async () => {
    const first = labSecrets(folder);
    const file = join(folder, "secrets.json");
    await writeFile(file, JSON.stringify({ ...first, ari: "x'; DROP", mysqlRoot: undefined }));
    const second = labSecrets(folder);
    expect(second.mysqlApplication).to.equal(first.mysqlApplication);
    expect(second.ari).to.match(/^[0-9a-f]{32}$/u);
    expect(second.mysqlRoot).to.match(/^[0-9a-f]{32}$/u);
    await writeFile(file, (await readFile(file, "utf8")).slice(0, 40));
    expect(labSecrets(folder).ari).not.to.equal(second.ari);
  });
});
