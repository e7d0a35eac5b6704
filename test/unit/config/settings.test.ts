import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { describeSettings } from "../../../config/describe.ts";
import { environmentSchema } from "../../../config/schema.ts";
import { loadSettings } from "../../../config/settings.ts";
import { SettingsError } from "../../../config/settingsError.ts";
import type { Settings } from "../../../config/types.ts";

function load(environment: Record<string, string>, envFile: string | null = null): Settings {
  return loadSettings({ environment, envFile, terminal: false });
}

function problemsOf(environment: Record<string, string>): SettingsError {
  try {
    load(environment);
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
  throw new Error("The settings were accepted.");
}

describe("settings", () => {
  it("are shown with their values and sources, and secrets without their value", () => {
    const folder = mkdtempSync(join(tmpdir(), "phone-proxy-settings-"));
    const [envFile, secretFile] = [join(folder, ".env"), join(folder, "redis")];
    writeFileSync(secretFile, "redis://:hidden-1@127.0.0.1:6379\n");
    writeFileSync(envFile, `HTTP_PORT=9090\nNODE_NAME=from-file\nREDIS_URL_FILE=${secretFile}\n`);
    const { shown } = load({ NODE_NAME: "one", ASTERISK_PASSWORD: "hidden-2", HTTP_HOST: " " }, envFile);
    rmSync(folder, { recursive: true });
    expect(shown.map(({ name }) => name)).to.deep.equal(Object.keys(environmentSchema.shape));
    const of = (wanted: string) => {
      const { value, isSet, secret, origin } = shown.find(({ name }) => name === wanted) ?? {};
      return [value, isSet, secret, origin];
    };
    expect(of("NODE_NAME")).to.deep.equal(["one", true, false, "environment"]);
    expect(of("HTTP_PORT")).to.deep.equal(["9090", true, false, "envFile"]);
    expect(of("HTTP_HOST")).to.deep.equal(["127.0.0.1", false, false, "default"]);
    expect(of("ASTERISK_PASSWORD")).to.deep.equal([null, true, true, "environment"]);
    expect(of("REDIS_URL")).to.deep.equal([null, true, true, "secretFile"]);
    expect(of("DATABASE_PASSWORD")).to.deep.equal([null, false, true, "default"]);
    expect(JSON.stringify(shown)).not.to.contain("hidden");
  });

  it("are complete with nothing set: embedded database, no Redis, waiting for Asterisk's password", () => {
    const settings = load({});
    expect(settings.database).to.deep.equal({ kind: "sqlite", file: "data/phone-proxy.sqlite" });
    expect(settings.redisUrl).to.equal(null);
    expect(settings.asterisk.servers).to.deep.equal([]);
    expect(settings.asterisk.waitingFor).to.equal("ASTERISK_PASSWORD");
    expect(settings.http).to.deep.include({ host: "127.0.0.1", port: 8080 });
    expect(settings.calls.trunks).to.deep.equal([
      { name: "trunk-out", dialPrefix: "", callerIdPrefix: "", callerIdPolicy: { kind: "proxy" } },
    ]);
    expect(settings.calls.inboundTrunks).to.deep.equal([
      { name: "trunk-in", callerNumbers: "e164", did: "request", trustsCallers: true },
    ]);
    expect(settings.calls.failOverCodes).to.deep.equal([402, 407]);
    expect(settings.calls.ringTimeoutMs).to.equal(60_000);
    expect(settings.node.name).to.match(/^[\w.-]+$/);
  });

  it("treat an empty variable as not set", () => {
    expect(load({ HTTP_PORT: "", REDIS_URL: "  " })).to.deep.equal(load({}));
  });

  it("create one Asterisk from the simple form", () => {
    const { asterisk } = load({ ASTERISK_PASSWORD: "pw", ASTERISK_URL: "https://pbx:8089/x" });
    expect(asterisk.waitingFor).to.equal(null);
    expect(asterisk.servers).to.deep.equal([
      {
        name: "asterisk",
        url: "https://pbx:8089/x",
        username: "phone-proxy",
        password: "pw",
        application: "phone-proxy",
      },
    ]);
  });

  it("accept a list of Asterisks, each with its own credentials", () => {
    const { asterisk } = load({
      ASTERISKS: JSON.stringify([
        { name: "a", url: "http://a:8088", password: "1" },
        { name: "b", url: "http://b:8088", password: "2", username: "u", application: "x" },
      ]),
    });
    expect(asterisk.waitingFor).to.equal(null);
    expect(
      asterisk.servers.map(({ name, username, password, application }) => [
        name,
        username,
        password,
        application,
      ]),
    ).to.deep.equal([
      ["a", "phone-proxy", "1", "phone-proxy"],
      ["b", "u", "2", "x"],
    ]);
  });

  it("read trunks, caller ID policies, pools and networks", () => {
    const settings = load({
      OUTBOUND_TRUNKS:
        '[{"name":"one","dialPrefix":"+"},{"name":"two","callerIdPrefix":"+","callerId":"fixed:+7 (495) 000-00-01"}]',
      INBOUND_TRUNKS: '[{"name":"in-1","callerNumbers":"national"},{"name":"in-2","did":"to"}]',
      FAIL_OVER_CODES: "402, 486",
      DEFAULT_POOL: "70001000000-70001999999, +7 000 2000000 - +7 000 2009999",
      TRUSTED_PROXIES: "127.0.0.1, 10.0.0.0/8,fd00::/8",
    });
    expect(settings.calls.trunks).to.deep.equal([
      { name: "one", dialPrefix: "+", callerIdPrefix: "", callerIdPolicy: { kind: "proxy" } },
      {
        name: "two",
        dialPrefix: "",
        callerIdPrefix: "+",
        callerIdPolicy: { kind: "fixed", number: "74950000001" },
      },
    ]);
    expect(settings.calls.inboundTrunks).to.deep.equal([
      { name: "in-1", callerNumbers: "national", did: "request", trustsCallers: true },
      { name: "in-2", callerNumbers: "e164", did: "to", trustsCallers: true },
    ]);
    expect(settings.calls.failOverCodes).to.deep.equal([402, 486]);
    expect(settings.http.trustedProxies).to.deep.equal(["127.0.0.1", "10.0.0.0/8", "fd00::/8"]);
    expect(settings.numbers.defaultPool).to.deep.equal([
      { first: "70001000000", last: "70001999999" },
      { first: "70002000000", last: "70002009999" },
    ]);
  });

  it("distinguish MySQL from a SQLite file", () => {
    expect(load({ DATABASE_URL: "mysql://u:p@h:1/d", DATABASE_POOL_SIZE: "3" }).database).to.deep.equal({
      kind: "mysql",
      url: "mysql://u:p@h:1/d",
      poolSize: 3,
    });
    expect(load({ DATABASE_URL: "/var/lib/x.db" }).database).to.deep.equal({
      kind: "sqlite",
      file: "/var/lib/x.db",
    });
  });

  it("refuse a database or Redis that they cannot read, and say what to write instead", () => {
    const messageOf = (name: string, value: string) => problemsOf({ [name]: value }).message;
    expect(messageOf("DATABASE_URL", "sqlite:x")).to.contain(
      "DATABASE_URL has the unknown scheme sqlite; use mysql:// or a path alone, such as ./sqlite",
    );
    expect(messageOf("DATABASE_URL", "mysql://u:p@h/d?ssl=true")).to.contain("has the unknown parameter ssl");
    for (const [path, problem] of [
      [":memory:", "is not a file"],
      ["data/x.sqlite?tls=verify", "has parameters after ?"],
      ["phone_proxy:hunter2@db.example.com/phone_proxy", "is neither a path nor a URL"],
      ["//hunter2@db.example.com/phone_proxy", "is neither a path nor a URL"],
      ["data/", "names a folder"],
    ] as const)
      expect(messageOf("DATABASE_URL", path), path)
        .to.contain(`DATABASE_URL ${problem}`)
        .and.not.contain("hunter2");
    expect(messageOf("REDIS_URL", "valkey://h")).to.contain("REDIS_URL has the unknown scheme valkey");
    expect(load({ REDIS_URL: "rediss://h/1" }).redisUrl).to.equal("rediss://h/1");
  });

  it("take replicas of MySQL, and say what is wrong with one", () => {
    const primary = "mysql://u:p@h/d?tls=require";
    const [one, two] = ["mysql://r:p@h1/d?tls=require", "mysql://r:p@h2:3307/d?tls=require"];
    const withReplicas = (urls: string, database = primary) => ({
      DATABASE_URL: database,
      DATABASE_READ_URLS: urls,
    });
    expect(load({ DATABASE_URL: primary }).databaseReadUrls).to.deep.equal([]);
    expect(load(withReplicas(`${one} ${two}`)).databaseReadUrls).to.deep.equal([one, two]);
    for (const [urls, problem, database] of [
      [`${one} redis://secret@h`, "item 2 has the unknown scheme redis"],
      [`${one} ${one}`, "names the same server twice"],
      ["mysql://r:secret@h1/d", "item 1 has other parameters tls and ca than DATABASE_URL"],
      [`${one} mysql://r:secret@h2/e?tls=require`, "item 2 names another database than DATABASE_URL"],
      [one, "is set, but DATABASE_URL is not a MySQL URL", "data/x.sqlite"],
    ] as const) {
      const { message } = problemsOf(withReplicas(urls, database));
      expect(message).to.contain(`DATABASE_READ_URLS ${problem}`).and.not.contain("secret");
    }
  });

  it("are refused if they name another database, or one beside a file", () => {
    for (const name of ["DATABASE_MIGRATIONS_URL", "BACKUP_DATABASE_URL"]) {
      const given = { BACKUP_DIR: "backups", [name]: "mysql://other:secret@h2/d" };
      expect(load({ DATABASE_URL: "mysql://u:p@h/d", ...given }).withoutEffect).to.deep.equal([]);
      for (const [url, problem] of [
        ["data/x.sqlite", "is set, but DATABASE_URL is not a MySQL URL"],
        ["mysql://u:p@h/e", "names another database than DATABASE_URL"],
      ] as const) {
        const { message } = problemsOf({ DATABASE_URL: url, ...given });
        expect(message).to.contain(`${name} ${problem}`).and.not.contain("secret");
      }
    }
  });

  it("say which of them have no effect beside the others", () => {
    const asterisks = '[{"name":"a","url":"http://h","password":"p"}]';
    const mysql = "mysql://u:p@h/d";
    for (const [given, setting, because, effective] of [
      [
        { DATABASE_POOL_SIZE: "5" },
        "DATABASE_POOL_SIZE",
        "DATABASE_URL is not a MySQL URL",
        { DATABASE_URL: mysql },
      ],
      [
        { DATABASE_PASSWORD: "x" },
        "DATABASE_PASSWORD",
        "DATABASE_URL is not a MySQL URL",
        { DATABASE_URL: "mysql://u@h/d" },
      ],
      [
        { DATABASE_PASSWORD: "x", DATABASE_URL: mysql },
        "DATABASE_PASSWORD",
        "DATABASE_URL has a password",
        { DATABASE_URL: "mysql://u@h/d" },
      ],
      [
        { CACHE_REDIS_TTL_SECONDS: "9" },
        "CACHE_REDIS_TTL_SECONDS",
        "REDIS_URL is not set",
        { REDIS_URL: "redis://h" },
      ],
      [{ ASTERISK_USER: "x", ASTERISKS: asterisks }, "ASTERISK_USER", "ASTERISKS is set", { ASTERISKS: "" }],
      [
        { ARI_COMMAND_SOCKETS: "2", ARI_TRANSPORT: "http" },
        "ARI_COMMAND_SOCKETS",
        "ARI_TRANSPORT is http",
        { ARI_TRANSPORT: "auto" },
      ],
      [
        { CALLER_ID_POLICY: "caller", OUTBOUND_TRUNKS: '[{"name":"t"}]' },
        "CALLER_ID_POLICY",
        "OUTBOUND_TRUNKS is set",
        { OUTBOUND_TRUNKS: "" },
      ],
      [{ BACKUP_KEEP_DAYS: "9" }, "BACKUP_KEEP_DAYS", "BACKUP_DIR is not set", { BACKUP_DIR: "backups" }],
      [
        { BACKUP_MAX_AGE_HOURS: "9" },
        "BACKUP_MAX_AGE_HOURS",
        "BACKUP_STATUS_FILE is not set",
        { BACKUP_STATUS_FILE: "done" },
      ],
    ] as const) {
      expect(load(given).withoutEffect, setting).to.deep.equal([{ setting, because }]);
      expect(load({ ...given, ...effective }).withoutEffect, setting).to.deep.equal([]);
    }
    expect(load({}).withoutEffect).to.deep.equal([]);
  });

  it("read secrets that systemd has loaded, unless they are given otherwise", () => {
    const folder = mkdtempSync(join(tmpdir(), "settings-"));
    try {
      writeFileSync(join(folder, "secrets_ASTERISK_PASSWORD"), "loaded\n");
      writeFileSync(join(folder, "REDIS_URL"), "redis://:loaded@h/1");
      writeFileSync(join(folder, "secrets_HTTP_PORT"), "1");
      const given = { CREDENTIALS_DIRECTORY: folder };
      writeFileSync(join(folder, "secrets_REDIS_ULR"), "redis://h/1");
      const { asterisk, redisUrl, http, withoutEffect, unknownSettings, shown } = load(given);
      expect(asterisk.servers.map(({ password }) => password)).to.deep.equal(["loaded"]);
      expect([redisUrl, http.port]).to.deep.equal(["redis://:loaded@h/1", 8080]);
      expect(shown.find(({ name }) => name === "ASTERISK_PASSWORD")).to.include({
        isSet: true,
        origin: "secretFile",
      });
      expect(unknownSettings).to.deep.equal(["REDIS_ULR (file)"]);
      const inVain = { setting: "HTTP_PORT", because: "a file among the secrets sets only secrets" };
      expect(withoutEffect).to.deep.equal([inVain]);
      const direct = load({ ...given, ASTERISK_PASSWORD: "direct" });
      expect(direct.asterisk.servers[0]?.password).to.equal("direct");
      expect(direct.withoutEffect).to.deep.include({
        setting: "ASTERISK_PASSWORD_FILE",
        because: "ASTERISK_PASSWORD is set",
      });
      expect(load({ CREDENTIALS_DIRECTORY: join(folder, "none") }).redisUrl).to.equal(null);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("report all errors at once, each with its name and the expected value", () => {
    const error = problemsOf({
      HTTP_PORT: "70000",
      ROLE: "boss",
      DATABASE_URL: "postgres://u:p@h/d",
      DEFAULT_POOL: "70002-70001",
      ASTERISKS: '[{"name":"a","url":"ftp://x","password":"p"},{"nam":1}]',
      TRUSTED_PROXIES: "10.0.0.0/33",
      CALLER_ID_POLICY: "fixed:none",
    });
    expect(error.problems.map(({ setting }) => setting)).to.have.members([
      "HTTP_PORT",
      "ROLE",
      "DATABASE_URL",
      "DEFAULT_POOL",
      "ASTERISKS[0].url",
      "ASTERISKS[1].name",
      "ASTERISKS[1].url",
      "ASTERISKS[1].password",
      "ASTERISKS[1]",
      "TRUSTED_PROXIES",
      "CALLER_ID_POLICY",
    ]);
    expect(error.message).to.contain("HTTP_PORT is above 65535; expected a whole number from 0 to 65535");
    expect(error.message).to.contain("ROLE is not one of the choices; expected `all`, `controller` or `web`");
    expect(error.message).to.contain("ASTERISKS[1].password is missing");
    for (const problem of error.problems) expect(problem.expected).to.not.equal("");
  });

  it("never repeat a value, which may be a password or a phone number", () => {
    const error = problemsOf({
      DATABASE_URL: "postgres://root:hunter2@db/x",
      REDIS_URL: "http://:hunter2@redis",
      ASTERISKS: '[{"name":"x","url":"http://h","password":"hunter2","username":7}] hunter2',
      DEFAULT_POOL: "79001112233-79001112200",
      CALLER_ID_POLICY: "fix:79001112233",
    });
    expect(error.problems).to.have.length(5);
    expect(error.message).to.not.match(/hunter2|7900111/);
  });

  describe("in a .env file", () => {
    let folder: string;
    before(() => {
      folder = mkdtempSync(join(tmpdir(), "settings-"));
    });
    after(() => rmSync(folder, { recursive: true }));

    it("are used, but the environment wins; unknown names are reported", () => {
      const file = join(folder, ".env");
      writeFileSync(file, 'HTTP_PORT=1000\nHTTP_HOST="0.0.0.0"\nRING_TIMEOUT=5\n');
      const settings = load({ HTTP_PORT: "2000" }, file);
      expect(settings.http).to.deep.include({ port: 2000, host: "0.0.0.0" });
      expect(settings.unknownSettings).to.deep.equal(["RING_TIMEOUT"]);
    });

    it("may come through Compose as variables: names that are almost a setting are reported", () => {
      const misspelt = [
        "ACESS",
        "ACCES",
        "HTTP_PROT",
        "http_hosts",
        "DATABASE_PASWORD_FILE",
        "TRUSTED_PROXYS",
      ];
      const foreign = [
        "PATH",
        "HOME",
        "HOSTNAME",
        "PORT",
        "NODE_ENV",
        "NODE_OPTIONS",
        "NODE_VERSION",
        "LANG",
      ];
      const proxies = [
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "NO_PROXY",
        "npm_config_cache",
        "REDIS_HOST",
        "MYSQL_URL",
      ];
      const names = [...misspelt, ...foreign, ...proxies, "ACCESS", "ASTERISK_PASSWORD_FILE"];
      const environment = Object.fromEntries(names.map((name) => [name, "open"]));
      delete environment["ASTERISK_PASSWORD_FILE"];
      expect(load(environment).unknownSettings).to.deep.equal(misspelt);
    });

    it("may be missing, unless SETTINGS_FILE names it", () => {
      const missing = join(folder, "none");
      process.env["SETTINGS_FILE"] = missing;
      try {
        expect(() => loadSettings()).to.throw(SettingsError, `${missing} cannot be read (ENOENT)`);
      } finally {
        delete process.env["SETTINGS_FILE"];
      }
    });

    it("may be missing, but not unreadable", () => {
      expect(load({}, join(folder, "none"))).to.deep.equal(load({}));
      expect(() => load({}, folder)).to.throw(SettingsError, /cannot be read \(EISDIR\)/);
    });
  });

  it("are all described, and in the order of the schema", () => {
    const names = [...describeSettings().matchAll(/^### (\w+)$/gm)].map((match) => match[1]);
    expect(names).to.deep.equal(Object.keys(environmentSchema.shape));
  });
});
