import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadSettings } from "../../../config/settings.ts";
import { type Application, startApplication } from "../../../src/app/application.ts";
import { createSimulatedAsterisk, type SimulatedAsterisk } from "../../../lab/simulated/index.ts";
import { StateJournal } from "../../support/callJournal.ts";
import { silentLogger } from "../../support/silentLogger.ts";
import { until } from "../../support/until.ts";

describe("one controller with several Asterisks", function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), "phone-proxy-several-"));
  const states = new StateJournal();
  let asterisks: SimulatedAsterisk[];
  let application: Application;
  let proxy: string;

  before(async () => {
    asterisks = await Promise.all(
      ["one", "two"].map((name) =>
        createSimulatedAsterisk({ systemName: name, password: `secret of ${name}` }),
      ),
    );
    const settings = loadSettings({
      environment: {
        DATABASE_URL: join(folder, "db.sqlite"),
        SPOOL_DIR: join(folder, "spool"),
        UPLOAD_DIR: join(folder, "uploads"),
        HTTP_PORT: "0",
        DEFAULT_POOL: "74957990000-74957990099",
        ASTERISKS: JSON.stringify(
          asterisks.map((asterisk, index) => {
            const { url, username, password } = asterisk.address();
            return { name: `asterisk-${index + 1}`, url, username, password };
          }),
        ),
      },
      envFile: null,
      terminal: false,
    });
    application = await startApplication(settings, {
      logger: silentLogger,
      exit: () => undefined,
      observe: states.observe,
    });
    await until(() => application.controllers.every(({ reconciled }) => reconciled));
    const form = new FormData();
    form.set("file", new Blob(["phone\n+79000001001\n"]), "numbers.csv");
    let answer: { mapped: readonly { proxyNumber: string }[] } = { mapped: [] };
    // The default pool is created after the start.
    await until(async () => {
      const response = await fetch(`${application.url}/upload`, { method: "POST", body: form });
      answer = (await response.json()) as typeof answer;
      return response.ok && answer.mapped.length === 1;
    });
    proxy = answer.mapped[0]?.proxyNumber ?? "";
  });
  after(async () => {
    await application?.stop("end of the tests");
    for (const asterisk of asterisks ?? []) await asterisk.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("handles calls from each, each with its own password", async () => {
    for (const asterisk of asterisks) {
      const call = asterisk.call({
        from: "79995550000",
        to: proxy,
        caller: { hangsUp: { on: 200, afterMs: 20 } },
      });
      await call.whenEnded();
      expect(call.callerSaw.at(-1)).to.equal(200);
      await until(() => states.of(call.id).at(-1) === "ended");
    }
  });

  it("continues with the others if one is unavailable, and names it in health and metrics", async () => {
    const [one, two] = asterisks;
    const metrics = async (): Promise<string> => (await fetch(`${application.url}/metrics`)).text();
    const isConnected = (name: string, figure: 0 | 1): RegExp =>
      new RegExp(`^phone_proxy_ari_connected\\{asterisk="${name}",node="[^"]+"\\} ${figure}$`, "mu");
    expect(await metrics())
      .to.match(isConnected("asterisk-1", 1))
      .and.match(isConnected("asterisk-2", 1));
    one?.kill(1_000);
    const health = async () =>
      (await (await fetch(`${application.url}/health`)).json()) as {
        status: string;
        parts: Record<string, { status: string }>;
      };
    await until(async () => (await health()).parts["asterisk-1"]?.status === "down");
    expect(await metrics())
      .to.match(isConnected("asterisk-1", 0))
      .and.match(isConnected("asterisk-2", 1))
      .and.match(/^phone_proxy_ari_incidents_total\{asterisk="asterisk-1",what="connection_lost".*\} 1$/mu)
      .and.match(/^phone_proxy_live_calls\{.*\} 0$/mu);
    expect(await health()).to.deep.include({ status: "degraded" });
    const call = two?.call({ from: "79995550000", to: proxy, caller: { hangsUp: { on: 200 } } });
    await call?.whenEnded();
    expect(call?.callerSaw.at(-1)).to.equal(200);
    await until(async () => (await health()).parts["asterisk-1"]?.status === "up");
  });
});
