import { expect } from "chai";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse as parseDotenv } from "dotenv";
import { environmentSchema } from "../../../config/schema.ts";
import { loadSettings } from "../../../config/settings.ts";
import { run } from "../../../lab/run.ts";
import { composeFile, environmentOf, interpolated } from "../../support/compose.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const read = (name: string): string => readFileSync(join(root, name), "utf8");

/** Settings that a user may put into `.env`. */
const dotEnv = "ARI_USER=controller-1\n";

const settingsOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name = "", value = ""]) => [name, value]),
  );

describe("docker-compose.yml", () => {
  const { services, volumes, secrets } = composeFile();
  const example = settingsOf(read("asterisk/settings.env.example"));
  const passwords = {
    mysql_password: "database/secret%",
    mysql_asterisk_password: "asterisk-secret",
    redis_url: "redis://:redis-secret@127.0.0.1:6379/0",
    ari_password: "ari-secret",
  };
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "phone-proxy-compose-"));
    for (const [name, password] of Object.entries(passwords))
      writeFileSync(join(folder, name), `${password}\n`);
  });
  after(() => rmSync(folder, { recursive: true }));

  /** The environment of a container, with its secrets in files of this test. */
  const inContainer = (name: keyof typeof services, env = dotEnv): Record<string, string> =>
    Object.fromEntries(
      Object.entries(environmentOf(services[name], env, name === "asterisk" ? example : {})).map(
        ([variable, value]) => [variable, value.replace("/run/secrets", folder)],
      ),
    );
  const appSettings = (env = dotEnv) =>
    loadSettings({ environment: inContainer("app", env), envFile: null, terminal: false });

  it("has the application, Asterisk, MySQL, and Redis", () => {
    expect(Object.keys(services).sort()).to.deep.equal(["app", "asterisk", "mysql", "redis"]);
    for (const [name, { build, image }] of Object.entries(services))
      if (image === undefined)
        expect(existsSync(join(root, build ?? "", "Dockerfile")), `${name} can be built`).to.equal(true);
  });

  it("passes valid settings to the application", () => {
    const known = Object.keys(environmentSchema.shape).flatMap((name) => [name, `${name}_FILE`]);
    expect(known).to.include.members(Object.keys(services.app.environment ?? {}));
    const { database, redisUrl, withoutEffect } = appSettings();
    expect(withoutEffect).to.deep.equal([]);
    expect(database).to.include({
      kind: "mysql",
      url: "mysql://phone_proxy:database%2Fsecret%25@127.0.0.1:3306/phone_proxy",
    });
    expect(redisUrl).to.equal(passwords.redis_url);
  });

  it("passes every setting in .env to the application, including those with a default here", () => {
    for (const name of Object.keys(environmentSchema.shape))
      for (const variable of [name, `${name}_FILE`])
        expect(environmentOf(services.app, `${variable}='as set'\n`)[variable], variable).to.equal("as set");
    expect(appSettings("ACCESS=required\n").access.mode).to.equal("required");
    expect(appSettings("").access.mode).to.equal("open");
    const own = "DATABASE_URL=mysql://me:mine@elsewhere/db\n";
    expect(appSettings(own).database).to.deep.include({ url: "mysql://me:mine@elsewhere/db" });
    expect(appSettings(own).withoutEffect.map(({ setting }) => setting)).to.deep.equal(["DATABASE_PASSWORD"]);
    expect(appSettings(`${own}DATABASE_PASSWORD_FILE=\n`).withoutEffect).to.deep.equal([]);
    const [server] = appSettings("ASTERISK_PASSWORD=another\n").asterisk.servers;
    expect(server?.password).to.equal("another");
    expect(services.app.env_file).to.deep.equal([{ path: ".env", required: false }]);
  });

  it("has no password in the environment, and gives each service the secrets that it reads", () => {
    for (const [name, service] of Object.entries(services)) {
      const paths = Object.values(service.environment ?? {})
        .map((value) => interpolated(value, {}))
        .filter((value) => value.startsWith("/run/secrets/"));
      expect(paths, name).to.have.members((service.secrets ?? []).map((secret) => `/run/secrets/${secret}`));
      for (const secret of service.secrets ?? []) expect(Object.keys(secrets)).to.include(secret);
      for (const variable of Object.keys(service.environment ?? {}))
        expect(variable, name).not.to.match(/(?<!RANDOM_ROOT_)PASSWORD$/);
    }
    for (const { file } of Object.values(secrets)) expect(file).to.match(/^secrets\//);
    expect(read(".gitignore").split("\n")).to.include.members(["secrets/", ".env"]);
  });

  it("connects the application to Asterisk with the matching user, password, and address", async () => {
    const target = join(folder, "root");
    mkdirSync(target);
    await run([join(root, "asterisk/render.sh"), "-", target], { environment: inContainer("asterisk") });
    const ari = readFileSync(join(target, "etc/asterisk/ari.conf"), "utf8");
    const http = readFileSync(join(target, "etc/asterisk/http.conf"), "utf8");
    const [server] = appSettings().asterisk.servers;
    expect(ari).to.include(`[${server?.username}]`).and.include(`password = ${server?.password}`);
    expect(server).to.include({ username: "controller-1", password: passwords.ari_password });
    const { hostname, port } = new URL(server?.url ?? "");
    expect(http).to.match(new RegExp(`^bindaddr *= *${hostname.replaceAll(".", "\\.")}$`, "m"));
    expect(http).to.match(new RegExp(`^bindport *= *${port}$`, "m"));
    expect(readFileSync(join(target, "etc/asterisk/res_odbc.conf"), "utf8")).to.include(
      passwords.mysql_asterisk_password,
    );
  });

  it("does not start Asterisk without a secret, and names it", async () => {
    const environment = { ...inContainer("asterisk"), ARI_PASSWORD_FILE: join(folder, "missing") };
    const refused = await run([join(root, "asterisk/render.sh"), "-", folder], { environment }).catch(
      (error: unknown) => error,
    );
    expect(String(refused)).to.include(`cannot read the file named in ARI_PASSWORD_FILE: ${folder}/missing`);
  });

  it("sets only variables that Asterisk's configuration uses", () => {
    const asked = Object.keys(services.asterisk.environment ?? {}).map((name) => name.replace(/_FILE$/, ""));
    expect(asked.filter((name) => !(name in example))).to.deep.equal([]);
    expect(services.asterisk.env_file).to.equal("asterisk/settings.env");
  });

  it("points Asterisk's fallback to the database and the API of the application", () => {
    const { MYSQL_HOST, MYSQL_PORT, MYSQL_DATABASE, MYSQL_USER } = inContainer("asterisk");
    expect(`mysql://phone_proxy@${MYSQL_HOST}:${MYSQL_PORT}/${MYSQL_DATABASE}`).to.equal(
      inContainer("app")["DATABASE_URL"],
    );
    expect(inContainer("mysql")).to.include({
      MYSQL_DATABASE,
      MYSQL_USER: "phone_proxy",
      MYSQL_PASSWORD_FILE: join(folder, "mysql_password"),
      MYSQL_ASTERISK_PASSWORD_FILE: inContainer("asterisk")["MYSQL_PASSWORD_FILE"],
    });
    expect(read("deploy/compose/asterisk-account.sh")).to.include(`'${MYSQL_USER}'@`);
    for (const env of [dotEnv, "HTTP_PORT=9090\nHTTP_HOST=192.0.2.7\n"]) {
      const { http } = appSettings(env);
      expect(inContainer("asterisk", env)["LOOKUP_URL"]).to.equal(`http://${http.host}:${http.port}/lookup`);
    }
  });

  it("locks every container: no privilege, no root user, and a read-only root folder", () => {
    const users = { app: "node", asterisk: "asterisk", mysql: "mysql", redis: "redis" };
    for (const [name, user] of Object.entries(users)) {
      const service = services[name as keyof typeof services];
      expect(service, name).to.deep.include({
        read_only: true,
        cap_drop: ["ALL"],
        security_opt: ["no-new-privileges:true"],
      });
      expect([service.cap_add, service.privileged], name).to.deep.equal([undefined, undefined]);
      const ofImage =
        service.build === undefined
          ? null
          : [...read(join(service.build, "Dockerfile")).matchAll(/^USER (\S+)$/gm)].at(-1)?.[1];
      expect(service.user ?? ofImage, name).to.equal(user);
      expect(
        service.healthcheck !== undefined ||
          /^HEALTHCHECK /m.test(read(join(service.build ?? "", "Dockerfile"))),
        `${name} has a health check`,
      ).to.equal(true);
    }
  });

  it("names every image by an exact version", () => {
    const digest = "(?:@sha256:[0-9a-f]{64})?";
    for (const { image } of Object.values(services))
      if (image !== undefined) expect(image).to.match(new RegExp(`^\\w+:\\d+\\.\\d+\\.\\d+${digest}$`));
    const bases = ["Dockerfile", "asterisk/Dockerfile"].flatMap((file) =>
      [...read(file).matchAll(/^FROM (\S+)/gm)].map(([, base = ""]) => base),
    );
    expect(bases).to.have.length(3);
    for (const base of bases)
      expect(base).to.match(new RegExp(`^\\w+:(?:\\d+\\.\\d+\\.\\d+|sid-\\d{8})-slim${digest}$`));
  });

  it("keeps persistent data in volumes, and listens on loopback only", () => {
    const mounts = Object.values(services).flatMap((service) => service.volumes ?? []);
    for (const mount of mounts) {
      const [source = ""] = mount.split(":");
      if (source.startsWith(".") || source.startsWith("/"))
        expect(existsSync(join(root, source)), source).to.equal(true);
      else expect(Object.keys(volumes)).to.include(source);
    }
    for (const { ports = [] } of Object.values(services))
      for (const port of ports) expect(port).to.match(/^127\.0\.0\.1:/);
  });

  it("waits for its dependencies, and allows time for a graceful shutdown", () => {
    for (const [name, { condition }] of Object.entries(services.app.depends_on ?? {})) {
      expect(Object.keys(services)).to.include(name);
      const needed = services[name as keyof typeof services];
      if (condition === "service_healthy") expect(needed.healthcheck, name).to.be.an("object");
    }
    for (const env of [dotEnv, "SHUTDOWN_DEADLINE_MS=300000\n"]) {
      const { shutdownDeadlineMs } = appSettings(env);
      // A duration in Go's format is the sum of its parts.
      const grace = interpolated(services.app.stop_grace_period ?? "", parseDotenv(env));
      const [, seconds, ms] = /^(\d+)s(\d+)ms$/.exec(grace) ?? [];
      expect(Number(seconds) * 1000 + Number(ms)).to.be.above(shutdownDeadlineMs);
    }
  });
});

describe("The Dockerfile", () => {
  /** Sources copied from the build context, not from another stage. */
  const copied = [...read("Dockerfile").matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources = ""]) =>
    sources.split(" "),
  );

  it("copies everything that is compiled", () => {
    const { include } = JSON.parse(read("tsconfig.build.json")) as { readonly include: readonly string[] };
    for (const name of include) expect(copied).to.include(name);
    expect(copied).to.include.members(["package.json", "package-lock.json", "web"]);
  });

  it("starts a file that the build creates", () => {
    const [, file = ""] = /^CMD \["node", "dist\/(.+)\.js"\]$/m.exec(read("Dockerfile")) ?? [];
    expect(existsSync(join(root, `${file}.ts`)), file).to.equal(true);
  });

  it("has a counterpart for Asterisk with every configuration file", () => {
    const text = read("asterisk/Dockerfile");
    expect(text).to.match(/^COPY \. (\S+)$/m);
    const [, folder = ""] = /^COPY \. (\S+)$/m.exec(text) ?? [];
    expect(text).to.include(`${folder}/render.sh - /`);
    expect(readdirSync(join(root, "asterisk"))).to.include.members(["render.sh", "pjsip.conf", "odbc.ini"]);
  });
});
