import { expect } from "chai";
import Database from "libsql";
import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { keepDatabasePrivate } from "../../../src/store/sqliteFile.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

describe("Removing other users' access to a database", () => {
  it("keeps the locks of connections in this process", async () => {
    const folder = mkdtempSync(join(tmpdir(), "phone-proxy-locks-"));
    const file = join(folder, "phone-proxy.sqlite");
    const database = new Database(file);
    try {
      database.exec("CREATE TABLE one (id integer); BEGIN EXCLUSIVE");
      chmodSync(file, 0o644);
      keepDatabasePrivate(file);
      expect(statSync(file).mode & 0o777).to.equal(0o600);
      const script = `
        const Database = require("libsql");
        try { new Database(process.argv[1], { timeout: 0 }).exec("BEGIN EXCLUSIVE"); console.log("taken"); }
        catch (error) { console.log(error.code); }`;
      const { stdout } = await promisify(execFile)(process.execPath, ["-e", script, file], { cwd: root });
      expect(stdout.trim()).to.equal("SQLITE_BUSY");
    } finally {
      database.close();
      rmSync(folder, { recursive: true });
    }
  });
});
