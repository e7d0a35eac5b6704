import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { labLayout, portSettings } from "../../lab/layout.ts";
import { isFree } from "./freePort.ts";
import { until } from "./until.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));

/**
 * Replaces debootstrap, which takes a minute: copies the programs of this machine's lab into the folder, with links for
 * large files. With `LAB_HOLD=debootstrap`, it stops half-way after writing its PID to a file.
 */
const debootstrap = `#!/bin/sh
set -e
target=$5
mkdir -p "$target/var/lib/redis" "$target/var/log/asterisk" "$target/run" "$target/tmp"
chmod 1777 "$target/tmp"
cd "$LAB_ORIGIN"
cp -a bin lib lib64 sbin dev etc "$target/" 2>/dev/null || cp -a bin lib sbin dev etc "$target/"
if [ "\${LAB_HOLD-}" = debootstrap ]; then echo $$ > "$LAB_HELD"; read -r _ < "$LAB_NEVER"; fi
cp -al usr "$target/usr"
cp -a var/lib/asterisk "$target/var/lib/"
cp -a var/run var/spool "$target/var/"
chroot "$target" chown -R asterisk:asterisk /var/log/asterisk
chroot "$target" chown redis:redis /var/lib/redis
rm -f "$target/etc/phone-proxy-lab-recipe"
`;

/** Skips apt-get and useradd, whose results have already been copied. */
const chroot = `#!/bin/sh
case "$2" in
  apt-get | useradd)
    if [ "\${LAB_HOLD-}" = "$2" ]; then echo $$ > "$LAB_HELD"; read -r _ < "$LAB_NEVER"; fi
    exit 0 ;;
esac
exec /usr/sbin/chroot "$@"
`;

type Held = "debootstrap" | "apt-get" | "useradd";

/** A run of `lab/cli.ts`. */
class LabCommand {
  output = "";
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  /** Resolves when it and all processes that inherited its outputs have ended. */
  readonly closed: Promise<unknown>;

  constructor(command: readonly string[], environment: Readonly<Record<string, string>>) {
    this.#child = spawn(process.execPath, ["--import", "tsx", "lab/cli.ts", ...command], {
      cwd: repository,
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on("data", (chunk: Buffer) => (this.output += chunk.toString()));
    // Not "close", because the servers it has started keep its outputs open.
    this.#exited = once(this.#child, "exit");
    this.closed = once(this.#child, "close");
  }

  async ended(): Promise<{ readonly status: number | null; readonly output: string }> {
    await this.#exited;
    return { status: this.#child.exitCode, output: this.output };
  }

  /** Resolves when it has exited. */
  async kill(signal: "SIGKILL" | "SIGINT" = "SIGKILL"): Promise<void> {
    this.#child.kill(signal);
    await this.#exited;
  }
}

/**
 * A separate lab with its own ports, which tests can kill and break. Its programs are links to those of the shared lab,
 * which must be installed.
 */
export class OwnLab {
  readonly directory: string;
  readonly #ports: Readonly<Record<string, string>>;
  readonly #bin: string;

  private constructor(directory: string, ports: Readonly<Record<string, string>>) {
    this.directory = directory;
    this.#ports = ports;
    this.#bin = join(directory, "bin");
    mkdirSync(this.#bin);
    for (const [name, text] of Object.entries({ debootstrap, chroot })) {
      const file = join(this.#bin, name);
      writeFileSync(file, text);
      chmodSync(file, 0o755);
    }
  }

  static async make(ranges: PortRanges = usualRanges): Promise<OwnLab> {
    // On the same file system, because of the links.
    const directory = mkdtempSync(join(dirname(labLayout().directory), "lab-under-test-"));
    const lab = new OwnLab(directory, await freePorts(ranges));
    const fifo = spawn("mkfifo", [join(directory, "never")], { stdio: "ignore" });
    await once(fifo, "exit");
    return lab;
  }

  /** Its folder and ports, for programs that use it once it is installed. */
  get addresses(): Readonly<Record<string, string>> {
    return { PHONE_PROXY_LAB_DIR: this.directory, ...this.#ports };
  }

  get environment(): Readonly<Record<string, string>> {
    return {
      ...this.addresses,
      LAB_ORIGIN: labLayout().root,
      LAB_HELD: join(this.directory, "held"),
      LAB_NEVER: join(this.directory, "never"),
      PATH: `${this.#bin}:${process.env["PATH"] ?? ""}`,
    };
  }

  get root(): string {
    return join(this.directory, "root");
  }

  portOf(name: keyof typeof portSettings): number {
    return Number(this.#ports[portSettings[name].setting]);
  }

  /** `held`: the installation stops at this program and waits forever. */
  start(command: readonly string[], held?: Held): LabCommand {
    rmSync(join(this.directory, "held"), { force: true });
    return new LabCommand(command, { ...this.environment, LAB_HOLD: held ?? "" });
  }

  run(...command: string[]): Promise<{ readonly status: number | null; readonly output: string }> {
    return this.start(command).ended();
  }

  /** Resolves with the PID of the held program, once the installation has reached it. */
  async held(): Promise<number> {
    const file = join(this.directory, "held");
    await until(() => existsSync(file) && readFileSync(file, "utf8").endsWith("\n"), { timeoutMs: 60_000 });
    return Number(readFileSync(file, "utf8"));
  }

  /** Sorted names of the programs running in its root folder, even an incomplete one. */
  programs(): string[] {
    return readdirSync("/proc")
      .flatMap((entry) => {
        if (!/^\d+$/.test(entry)) return [];
        try {
          const root = readlinkSync(`/proc/${entry}/root`);
          const program = readlinkSync(`/proc/${entry}/exe`);
          return root.startsWith(`${this.directory}/`) ? [program.slice(program.lastIndexOf("/") + 1)] : [];
        } catch {
          // The process has ended meanwhile.
          return [];
        }
      })
      .sort();
  }

  async remove(): Promise<void> {
    if (existsSync(this.root)) await this.run("down");
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** First and last ports, outside the system's range for outgoing connections, and not those of the shared lab. */
interface PortRanges {
  readonly servers: readonly [number, number];
  readonly rtp: readonly [number, number];
}

const usualRanges: PortRanges = { servers: [10_000, 12_999], rtp: [31_000, 31_999] };

async function freePorts({ servers: [first, last], rtp }: PortRanges): Promise<Record<string, string>> {
  const ports: Record<string, string> = {
    [portSettings.rtpFirst.setting]: String(rtp[0]),
    [portSettings.rtpLast.setting]: String(rtp[1]),
  };
  for (const name of ["ari", "sip", "outboundProvider", "mysql", "redis", "application"] as const) {
    let port = 0;
    do port = randomInt(first, last + 1);
    while (Object.values(ports).includes(String(port)) || !(await isFree(port)));
    ports[portSettings[name].setting] = String(port);
  }
  return ports;
}
