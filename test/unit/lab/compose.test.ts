import { expect } from "chai";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { environmentSchema } from "../../../config/schema.ts";
import { loadSettings } from "../../../config/settings.ts";
import { run } from "../../../lab/run.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const read = (name: string): string => readFileSync(join(root, name), "utf8");

interface Service {
  readonly build?: string;
  readonly image?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly env_file?: string;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly stop_grace_period?: string;
  readonly healthcheck?: object;
}

interface Compose {
  readonly services: Readonly<Record<"app" | "asterisk" | "mysql" | "redis", Service>>;
  readonly volumes: Readonly<Record<string, null>>;
}

/** What people put into `.env`. */
const dotEnv: Readonly<Record<string, string>> = {
  MYSQL_PASSWORD: "database-secret",
  ARI_PASSWORD: "ari-secret",
  ARI_USER: "controller-1",
};

/** `${NAME}`, `${NAME:-default}` and `${NAME:?message}`, as Compose fills them in. */
const filledIn = (values: Readonly<Record<string, string>>, env = dotEnv): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).map(([name, text]) => [
      name,
      text.replaceAll(
        /\$\{(\w+)(?::([-?])([^}]*))?\}/g,
        (_, wanted: string, kind?: string, rest?: string) => {
          const value = env[wanted] ?? (kind === "-" ? rest : undefined);
          if (value === undefined) throw new Error(`${wanted} is not set`);
          return value;
        },
      ),
    ]),
  );

const settingsOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name = "", value = ""]) => [name, value]),
  );

describe("docker-compose.yml", () => {
  const { services, volumes } = parse(read("docker-compose.yml")) as Compose;
  const app = services.app.environment ?? {};
  const asterisk = services.asterisk.environment ?? {};
  const example = settingsOf(read("asterisk/settings.env.example"));

  it("has the application, Asterisk, MySQL and Redis", () => {
    expect(Object.keys(services).sort()).to.deep.equal(["app", "asterisk", "mysql", "redis"]);
    for (const [name, { build, image }] of Object.entries(services))
      if (image === undefined)
        expect(existsSync(join(root, build ?? "", "Dockerfile")), `${name} can be built`).to.equal(true);
  });

  it("gives the application settings that it knows, and that are right", () => {
    expect(Object.keys(app).filter((name) => !(name in environmentSchema.shape))).to.deep.equal([]);
    const settings = loadSettings({ environment: filledIn(app), envFile: null, terminal: false });
    expect(settings.database).to.include({
      kind: "mysql",
      url: "mysql://phone_proxy:database-secret@127.0.0.1:3306/phone_proxy",
    });
    expect(settings.redisUrl).to.equal("redis://127.0.0.1:6379/0");
  });

  it("refuses to start without the passwords", () => {
    for (const name of ["MYSQL_PASSWORD", "ARI_PASSWORD"])
      expect(() => filledIn(app, { ...dotEnv, [name]: undefined } as never)).to.throw(name);
  });

  it("has the application come to Asterisk by the user, password and address that Asterisk is given", async () => {
    const target = mkdtempSync(join(tmpdir(), "phone-proxy-compose-"));
    try {
      const environment = { ...example, ARI_USER: "from-settings-env", ...filledIn(asterisk) };
      await run([join(root, "asterisk/render.sh"), "-", target], { environment });
      const { asterisk: wanted } = loadSettings({
        environment: filledIn(app),
        envFile: null,
        terminal: false,
      });
      const ari = readFileSync(join(target, "etc/asterisk/ari.conf"), "utf8");
      const http = readFileSync(join(target, "etc/asterisk/http.conf"), "utf8");
      const [server] = wanted.servers;
      expect(ari).to.include(`[${server?.username}]`).and.include(`password = ${server?.password}`);
      expect(server?.username).to.equal("controller-1");
      const { hostname, port } = new URL(server?.url ?? "");
      expect(http).to.match(new RegExp(`^bindaddr *= *${hostname.replaceAll(".", "\\.")}$`, "m"));
      expect(http).to.match(new RegExp(`^bindport *= *${port}$`, "m"));
    } finally {
      rmSync(target, { recursive: true });
    }
  });

  it("sets for Asterisk nothing that its configuration does not ask for", () => {
    expect(Object.keys(asterisk).filter((name) => !(name in example))).to.deep.equal([]);
    expect(services.asterisk.env_file).to.equal("asterisk/settings.env");
  });

  it("has Asterisk's fallback ask the database and the API of the application", () => {
    const { MYSQL_HOST, MYSQL_PORT, MYSQL_DATABASE, MYSQL_USER, MYSQL_PASSWORD } = filledIn(asterisk);
    expect(`mysql://${MYSQL_USER}:${MYSQL_PASSWORD}@${MYSQL_HOST}:${MYSQL_PORT}/${MYSQL_DATABASE}`).to.equal(
      filledIn(app)["DATABASE_URL"],
    );
    const { http } = loadSettings({ environment: filledIn(app), envFile: null, terminal: false });
    expect(asterisk["LOOKUP_URL"]).to.equal(`http://${http.host}:${http.port}/lookup/real`);
    const database = filledIn(services.mysql.environment ?? {});
    expect(database).to.include({ MYSQL_DATABASE, MYSQL_USER, MYSQL_PASSWORD });
  });

  it("keeps what has to survive in volumes that exist, and listens on loopback only", () => {
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

  it("waits for what it needs, and gives the orderly stop its time", () => {
    for (const [name, { condition }] of Object.entries(services.app.depends_on ?? {})) {
      expect(Object.keys(services)).to.include(name);
      const needed = services[name as keyof Compose["services"]];
      if (condition === "service_healthy") expect(needed.healthcheck, name).to.be.an("object");
    }
    const { shutdownDeadlineMs } = loadSettings({
      environment: filledIn(app),
      envFile: null,
      terminal: false,
    });
    expect(Number.parseInt(services.app.stop_grace_period ?? "0", 10) * 1000).to.be.above(shutdownDeadlineMs);
  });
});

describe("The Dockerfile", () => {
  /** The sources of what is copied from here, not from another stage. */
  const copied = [...read("Dockerfile").matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources = ""]) =>
    sources.split(" "),
  );

  it("copies what there is, and nothing that .dockerignore keeps out", () => {
    const ignored = read(".dockerignore").trim().split("\n");
    for (const name of copied) {
      expect(existsSync(join(root, name)), name).to.equal(true);
      expect(ignored, name).not.to.include(name);
    }
  });

  it("copies everything that is compiled", () => {
    const { include } = JSON.parse(read("tsconfig.build.json")) as { readonly include: readonly string[] };
    for (const name of include) expect(copied).to.include(name);
    expect(copied).to.include.members(["package.json", "package-lock.json", "web"]);
  });

  it("starts a file that the build makes", () => {
    const [, file = ""] = /^CMD \["node", "dist\/(.+)\.js"\]$/m.exec(read("Dockerfile")) ?? [];
    expect(existsSync(join(root, `${file}.ts`)), file).to.equal(true);
  });

  it("has beside it one for Asterisk, with every file that Asterisk is configured by", () => {
    const text = read("asterisk/Dockerfile");
    expect(text).to.match(/^COPY \. (\S+)$/m);
    const [, folder = ""] = /^COPY \. (\S+)$/m.exec(text) ?? [];
    expect(text).to.include(`${folder}/render.sh - /`);
    expect(readdirSync(join(root, "asterisk"))).to.include.members(["render.sh", "pjsip.conf", "odbc.ini"]);
  });
});
