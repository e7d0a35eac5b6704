import { expect } from "chai";
import { AriError } from "../../../src/ari/errors.ts";
import { inWords } from "../../../src/ari/remedies.ts";
import type { AriStatus } from "../../../src/ari/types.ts";
import { dialplanTooOld } from "../../../src/calls/active/dialplan.ts";
import type { Standing } from "../../../src/calls/active/leaseKeeper.ts";
import { healthOfAsterisk } from "../../../src/calls/asteriskHealth.ts";
import { createInboundTrunkWatch } from "../../../src/calls/inboundTrunkWatch.ts";
import { createTrunkWatch } from "../../../src/calls/trunkWatch.ts";
import { createBackupWatch } from "../../../src/ops/backup.ts";
import { systemClock } from "../../../src/ops/clock.ts";
import { SimulatedAsterisk, VirtualClock } from "../../../lab/simulated/index.ts";
import { observeImports } from "../../../src/imports/job/observe.ts";
import { createLocalBus } from "../../../src/bus/localBus.ts";
import { watchEventLoop } from "../../../src/ops/eventLoop.ts";
import { HealthRegistry } from "../../../src/ops/health.ts";
import { fill } from "../../../web/src/i18n/fill.ts";
import { needsAdvice, readDetail } from "../../../web/src/pages/system/details.ts";
import { detailWords } from "../../../web/src/pages/system/detailWords.ts";
import { silentLogger } from "../../support/silentLogger.ts";

const address = {
  name: "asterisk-1",
  url: "http://10.0.0.5:8088",
  username: "phone-proxy",
  password: "secret",
  application: "phone-proxy",
};

/** The page's text for a detail; null if the detail is unknown. */
function said(detail: string, language: "en" | "ru"): string | null {
  const details = readDetail(detail);
  if (details === null) return null;
  return details.map(({ key, values }) => fill(detailWords[language][key], values)).join(" ");
}

function asterisk(
  status: Partial<AriStatus>,
  reconciled = true,
  reconciliationProblem: string | null = null,
): string {
  const whole: AriStatus = {
    state: "connected",
    transport: "websocket",
    version: "22.10.1",
    systemName: null,
    sinceMs: 0,
    lastError: null,
    ...status,
  };
  return healthOfAsterisk({ role: "active" }, whole, calls(reconciled, reconciliationProblem)).detail;
}

const calls = (reconciled = true, reconciliationProblem: string | null = null) => ({
  reconciled,
  reconciliationProblem,
  size: 7,
});

const inactive = (standing: Standing, differing: readonly string[] = []): string =>
  healthOfAsterisk(
    standing,
    { state: "closed", transport: null, version: null, systemName: null, sinceMs: 0, lastError: null },
    calls(),
    differing,
  ).detail;

const refusedWith = (status: number): string =>
  inWords(new AriError("ARI_HTTP", "refused", { status }), address);
const failedWith = (code: string): string =>
  inWords(
    new AriError("ARI_DISCONNECTED", "failed", { cause: Object.assign(new Error(code), { code }) }),
    address,
  );

describe("The system page's words for a health detail", () => {
  const asteriskSays: readonly (readonly [string, string, string])[] = [
    ["connected", asterisk({}), "Asterisk 22.10.1, связь: websocket. Звонков сейчас: 7."],
    ["compared", asterisk({}, false), "Звонки сверяются, это занимает несколько секунд."],
    [
      "not compared yet",
      asterisk({}, false, "GET /channels: no answer in time"),
      "Не удалось получить список его звонков, запрашиваем снова: GET /channels: no answer in time.",
    ],
    ["not connected yet", asterisk({ state: "closed" }), "Подключение."],
    ["watched", inactive({ role: "standby", node: "node-2" }), "В резерве: звонки обслуживает node-2."],
    [
      "watched with other settings",
      inactive({ role: "standby", node: "node-2" }, ["RING_SECONDS", "TRUNK_1"]),
      "с другими настройками (RING_SECONDS, TRUNK_1)",
    ],
    ["looked at", inactive({ role: "standby", node: null }), "Подключение."],
    [
      "unreachable for a standby",
      inactive({ role: "unreachable", reason: failedWith("ECONNREFUSED") }),
      "соединение не принимается",
    ],
    [
      "of another release",
      inactive({ role: "unfit", reason: dialplanTooOld("1") }),
      "диалплан не от этой версии",
    ],
    ...(
      [
        [refusedWith(401), "ari.conf"],
        [refusedWith(403), "read_only=no"],
        [refusedWith(404), "res_ari загружен"],
        [refusedWith(503), "запускается или останавливается"],
        [refusedWith(500), "не смог зарегистрировать"],
        [failedWith("ECONNREFUSED"), "соединение не принимается"],
        [failedWith("ENOTFOUND"), "Не удаётся найти хост"],
        [failedWith("EHOSTUNREACH"), "Хост недоступен"],
        [inWords(new AriError("ARI_TIMEOUT", "no answer"), address), "не ответил вовремя"],
      ] as const
    ).map(
      ([lastError, words]) =>
        [`waited for (${words})`, asterisk({ state: "connecting", lastError }), words] as const,
    ),
  ];
  for (const [what, detail, words] of asteriskSays)
    it(`describe an Asterisk that is ${what}`, () => {
      expect(said(detail, "ru")).to.contain(words);
      expect(said(detail, "en")).to.be.a("string");
    });

  it("describe imports and in-process messages", () => {
    const live = new Map([
      [1, { waitingFor: null }],
      [2, { waitingFor: "database" }],
    ]);
    const health = new HealthRegistry();
    observeImports({ live } as unknown as Parameters<typeof observeImports>[0], {
      health,
      metrics: { gauge: () => undefined },
    });
    const waiting = health.report().parts["imports"]?.detail ?? "";
    expect(said(waiting, "ru")).to.equal("Импортов ждёт базу: 1 из 2.");
    expect(said(createLocalBus({ logger: silentLogger }).health.detail, "ru")).to.contain("внутри процесса");
  });

  it("describe several problems in a row", () => {
    const detail =
      "12 records wait for the database (ECONNREFUSED), the oldest for 40 s. None is lost. " +
      "2 records were rejected: see rejected.lines in the spool.";
    expect(said(detail, "ru")).to.equal(
      "Записей ждёт базу: 12, самая старая 40 с. Ни одна не потеряна. " +
        "Записей, которые база не приняла: 2. Они в файле rejected.lines в спуле.",
    );
    expect(said("Pool 3 has no free numbers. Pool 4 will be empty in 5 days.", "en")).to.equal(
      "Pool 3 has no free numbers. Days until pool 4 is empty: 5.",
    );
  });

  it("describe servers that are connected and those that are not", () => {
    expect(said("MySQL is connected.", "ru")).to.equal("MySQL отвечает.");
    expect(said("MySQL is unavailable. The database cannot be reached (ECONNREFUSED).", "ru")).to.equal(
      "MySQL не отвечает.",
    );
    expect(said("Redis is unavailable: connect ECONNREFUSED 10.0.0.1:6379.", "ru")).to.equal(
      "Redis не отвечает.",
    );
  });

  it("describe all states of trunks and backups", async () => {
    const clock = new VirtualClock();
    const ari = new SimulatedAsterisk({ clock }).connection();
    const trunk = createTrunkWatch({ ari, trunk: "trunk-out", clock });
    expect(said(trunk.health.detail, "ru")).to.equal(
      "Неизвестно, пока этот контроллер не подключён к Asterisk.",
    );
    ari.open();
    await clock.runUntil(() => trunk.reachable === 1);
    expect(said(trunk.health.detail, "ru")).to.equal("Доступен для Asterisk.");
    trunk.close();
    await ari.close();
    const inbound = createInboundTrunkWatch("trunk-in");
    expect(said(inbound.health.detail, "en")).to.equal("No call has arrived yet.");
    for (const n of [1, 2, 3])
      inbound.see({ callId: `${n}`, atMs: n, status: "unknown_number", reason: null, dialled: false });
    expect(said(inbound.health.detail, "en")).to.equal(
      "Last call: 1970-01-01T00:00:00.003Z. Last refusal: 1970-01-01T00:00:00.003Z, unknown_number. The newest calls were all to unknown numbers.",
    );
    const unlisted = createInboundTrunkWatch("gateway", false);
    unlisted.see({ callId: "1", atMs: 1, status: "busy", reason: null, dialled: true });
    expect(unlisted.health.status).to.equal("degraded");
    expect(said(unlisted.health.detail, "en")).to.equal(
      "Last call: 1970-01-01T00:00:00.001Z. INBOUND_TRUNKS does not name it, so its callers are not trusted.",
    );
    const missing = createBackupWatch({ statusFile: "/nowhere/backup", maxAgeMs: 3_600_000, clock });
    await missing.look();
    expect(said(missing.health.detail, "ru")).to.equal("Резервной копии ещё нет.");
    missing.close();
    const own = createBackupWatch({
      statusFile: import.meta.filename,
      maxAgeMs: 3_600_000,
      clock: systemClock,
    });
    await own.look();
    expect(said(own.health.detail, "ru")).to.match(/^Часов с последней копии: \d+/u);
    own.close();
    const unwatched = createBackupWatch({ statusFile: null, maxAgeMs: 3_600_000, clock });
    expect(said(unwatched.health.detail, "en")).to.contain("BACKUP_STATUS_FILE");
  });

  it("describe how long calls had to wait", async () => {
    const clock = new VirtualClock();
    let lostMs = 0;
    const watch = watchEventLoop({
      clock: {
        nowMs: () => clock.nowMs(),
        steadyMs: () => clock.nowMs() + lostMs,
        setTimer: (callback, afterMs) => clock.setTimer(callback, afterMs),
        clearTimer: (handle) => clock.clearTimer(handle),
      },
      logger: silentLogger,
    });
    expect(said(watch.health.detail, "ru")).to.equal("За последнюю минуту задержек не было.");
    await clock.advance(20_000);
    lostMs += 300;
    await clock.advance(20);
    expect(said(watch.health.detail, "ru")).to.equal("Задержка обработки звонков: 300 мс, 0 с назад.");
    watch.close();
  });

  it("are missing for unknown details", () => {
    expect(said("Something of a later version.", "ru")).to.equal(null);
    expect(said("MySQL is connected. Something of a later version.", "ru")).to.equal(null);
  });

  it("fill all placeholders, in every language", () => {
    for (const text of [...Object.values(detailWords.en), ...Object.values(detailWords.ru)])
      expect(text).to.match(/^[^{}]*(\{[a-z]+\}[^{}]*)*$/);
    const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();
    for (const [key, text] of Object.entries(detailWords.en))
      expect(places(text), key).to.deep.equal(places(detailWords.ru[key as keyof typeof detailWords.ru]));
  });

  it("leaves out the advice on the connection to an Asterisk that can be reached", () => {
    expect(needsAdvice(readDetail(asterisk({}, false)))).to.equal(false);
    for (const lastError of [failedWith("ECONNREFUSED"), failedWith("EHOSTUNREACH")])
      expect(needsAdvice(readDetail(asterisk({ state: "connecting", lastError })))).to.equal(true);
    expect(needsAdvice(readDetail("A sentence of a later version."))).to.equal(true);
  });
});
