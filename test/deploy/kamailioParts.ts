import { type ChildProcess, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { asteriskSettings, ARI_USER } from "../../lab/asteriskSettings.ts";
import { labLayout } from "../../lab/layout.ts";
import { run } from "../../lab/run.ts";
import { labSecrets } from "../../lab/secrets.ts";
import { freePort } from "../support/freePort.ts";
import { until } from "../support/until.ts";
import type { DebianRoot } from "./debianRoot.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const patient = { timeoutMs: 60_000, everyMs: 100 };

const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** A server in the foreground, and what it has written. */
class Server {
  output = "";
  readonly #child: ChildProcess;

  constructor(command: readonly string[]) {
    const [program = "", ...args] = command;
    this.#child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    running.add(this.#child);
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on("data", (chunk: Buffer) => (this.output = (this.output + chunk.toString()).slice(-20_000)));
    this.#child.once("exit", () => running.delete(this.#child));
  }

  async end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    if (!running.has(this.#child)) return;
    const gone = once(this.#child, "exit");
    this.#child.kill(signal);
    await gone;
  }
}

/** A UDP port that is currently free on this address. */
export async function freeUdpPort(host: string): Promise<number> {
  const socket = createSocket("udp4");
  socket.bind(0, host);
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  await once(socket, "close");
  return port;
}

/** One of several Asterisks in the lab's root folder, each with its own configuration and folders. */
export class ExtraAsterisk {
  readonly name: string;
  sipPort = 0;
  #ariPort = 0;
  #server: Server | null = null;
  readonly #layout = labLayout();
  readonly #rtpFirst: number;

  constructor(index: number) {
    this.name = `asterisk-${index}`;
    this.#rtpFirst = 33_000 + index * 500;
  }

  async choosePorts(): Promise<void> {
    this.sipPort = await freeUdpPort("127.0.0.1");
    this.#ariPort = await freePort();
  }

  /** For the setting `ASTERISKS`. */
  get address(): Readonly<Record<string, string>> {
    const { password, url } = this.#ari;
    return { name: this.name, url, username: ARI_USER, password };
  }

  get #ari() {
    return {
      url: `http://127.0.0.1:${this.#ariPort}`,
      password: labSecrets(this.#layout.directory).ari,
    };
  }

  /** With the shipped configuration and these values for render.sh. */
  async start(values: Readonly<Record<string, string>>): Promise<void> {
    const { root, directory } = this.#layout;
    const folder = `/var/lib/phone-proxy-${this.name}`;
    const target = mkdtempSync(join(tmpdir(), "phone-proxy-render-"));
    await run([join(repository, "asterisk/render.sh"), "-", target], {
      environment: {
        ...asteriskSettings(this.#layout, labSecrets(directory)),
        SYSTEM_NAME: this.name,
        ARI_PORT: String(this.#ariPort),
        SIP_PORT: String(this.sipPort),
        RTP_FIRST_PORT: String(this.#rtpFirst),
        RTP_LAST_PORT: String(this.#rtpFirst + 499),
        ...values,
      },
    });
    rmSync(join(root, folder), { recursive: true, force: true });
    for (const name of ["etc", "run", "spool/calls", "log", "db"])
      mkdirSync(join(root, folder, name), { recursive: true });
    for (const name of readdirSync(join(target, "etc/asterisk"))) {
      const text = readFileSync(join(target, "etc/asterisk", name), "utf8");
      writeFileSync(
        join(root, folder, "etc", name),
        text.replaceAll("/var/spool/asterisk/calls", `${folder}/spool/calls`),
      );
    }
    rmSync(target, { recursive: true });
    const folders = {
      astetcdir: "etc",
      astrundir: "run",
      astspooldir: "spool",
      astlogdir: "log",
      astdbdir: "db",
    };
    appendFileSync(
      join(root, folder, "etc/asterisk.conf"),
      `\n[directories]\n${Object.entries(folders)
        .map(([name, place]) => `${name} => ${folder}/${place}\n`)
        .join("")}`,
    );
    await run(["chroot", root, "chown", "-R", "asterisk:asterisk", folder]);
    this.#server = new Server([
      "chroot",
      "--userspec=asterisk:asterisk",
      root,
      "/usr/sbin/asterisk",
      "-f",
      "-C",
      `${folder}/etc/asterisk.conf`,
    ]);
    const { url, password } = this.#ari;
    const authorization = `Basic ${Buffer.from(`${ARI_USER}:${password}`).toString("base64")}`;
    await until(async () => {
      const answer = await fetch(`${url}/ari/endpoints/PJSIP/trunk-in`, { headers: { authorization } }).catch(
        () => null,
      );
      return answer?.status === 200;
    }, patient).catch((error: unknown) => {
      throw new Error(`${this.name} did not start:\n${this.#server?.output}`, { cause: error });
    });
  }

  async kill(): Promise<void> {
    await this.#server?.end("SIGKILL");
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(join(this.#layout.root, `var/lib/phone-proxy-${this.name}`), { recursive: true, force: true });
  }
}

/** Debian's Kamailio with the files of deploy/kamailio, and other addresses in them. */
export class Kamailio {
  readonly inHost = "127.0.0.4";
  readonly outHost = "127.0.0.5";
  port = 0;
  readonly #debian: DebianRoot;
  #server: Server | null = null;

  constructor(debian: DebianRoot) {
    this.#debian = debian;
  }

  /** The addresses that Asterisk trusts and sends to, for render.sh. */
  get trunks(): Readonly<Record<string, string>> {
    return {
      TRUNK_IN_MATCH: this.inHost,
      TRUNK_OUT_MATCH: this.outHost,
      TRUNK_OUT_ADDRESS: `${this.outHost}:${this.port}`,
    };
  }

  async choosePorts(): Promise<void> {
    this.port = await freeUdpPort(this.inHost);
  }

  async install(): Promise<void> {
    await this.#debian.make();
    await this.#debian.installPackage("kamailio");
  }

  /** Resolves with what `kamailio -c` says of the files as they are in deploy/kamailio, and then with our addresses. */
  async configure(
    asterisks: readonly ExtraAsterisk[],
    { inbound, outbound }: { readonly inbound: string; readonly outbound: string },
  ): Promise<string> {
    const etc = join(this.#debian.folder, "etc/kamailio");
    rmSync(etc, { recursive: true, force: true });
    mkdirSync(etc);
    mkdirSync(join(this.#debian.folder, "run/kamailio"), { recursive: true });
    const inSocket = `${this.inHost}:${this.port}`;
    for (const name of readdirSync(join(repository, "deploy/kamailio"))) {
      const text = readFileSync(join(repository, "deploy/kamailio", name), "utf8");
      const changes: Readonly<Record<string, string>> = {
        "addresses.cfg": text
          .replace("198.51.100.10:5060", inSocket)
          .replace("198.51.100.11:5060", `${this.outHost}:${this.port}`)
          .replace("203.0.113.20:5060", outbound),
        "address.list": `1 ${inbound} 32\n2 127.0.0.1 32\n3 ${outbound.split(":")[0]} 32\n`,
        "dispatcher.list": asterisks
          .map(({ sipPort }) => `1 sip:127.0.0.1:${sipPort} 0 0 socket=udp:${inSocket}\n`)
          .join(""),
      };
      writeFileSync(join(etc, name), changes[name] ?? text);
    }
    const { ok, output } = await this.#debian.attempt("kamailio", "-c", "-f", "/etc/kamailio/kamailio.cfg");
    return ok ? "valid" : output;
  }

  start(): void {
    this.#server = new Server([
      "chroot",
      this.#debian.folder,
      "kamailio",
      "-DD",
      "-E",
      "-f",
      "/etc/kamailio/kamailio.cfg",
      "-m",
      "64",
      "-M",
      "8",
    ]);
  }

  get output(): string {
    return this.#server?.output ?? "";
  }

  async remove(): Promise<void> {
    await this.#server?.end("SIGTERM");
    await this.#debian.leave();
  }
}
