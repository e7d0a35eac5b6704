import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { labLayout } from "../../lab/layout.ts";
import { debianMirror } from "../../lab/provision.ts";
import { CommandFailedError, run } from "../../lab/run.ts";

const suite = "trixie";
/** The programs that a server has besides the package and its dependencies. */
const basis = ["ca-certificates", "openssl", "systemd"];

/**
 * A Debian 13 root folder without an init: a package behaves there as on a server, except that no units start. It is
 * created once and kept beside the lab.
 */
export class DebianRoot {
  readonly folder = join(labLayout().directory, "debian13");

  async make(): Promise<void> {
    if (!existsSync(join(this.folder, "usr/bin/dpkg"))) {
      const mirror = await debianMirror();
      if (mirror === null) throw new Error("This machine's apt has no Debian mirror with HTTP.");
      const building = `${this.folder}.building`;
      await rm(building, { recursive: true, force: true });
      await run([
        "debootstrap",
        "--variant=minbase",
        `--include=${basis.join(",")}`,
        suite,
        building,
        mirror,
      ]);
      await rename(building, this.folder);
    }
    await copyFile("/etc/hosts", join(this.folder, "etc/hosts"));
    await copyFile("/etc/resolv.conf", join(this.folder, "etc/resolv.conf"));
    // No package may start its services here: they would have the ports of this machine.
    const policy = join(this.folder, "usr/sbin/policy-rc.d");
    await writeFile(policy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
    await this.mount();
    await this.inside("apt-get", "update");
  }

  private async mount(): Promise<void> {
    if (!existsSync(join(this.folder, "proc/self")))
      await run(["mount", "-t", "proc", "proc", join(this.folder, "proc")]);
  }

  async leave(): Promise<void> {
    if (existsSync(join(this.folder, "proc/self"))) await run(["umount", join(this.folder, "proc")]);
  }

  /** Runs a program in the root, without this process's environment. */
  inside(...command: string[]): Promise<string> {
    return run([
      "chroot",
      this.folder,
      "env",
      "-i",
      "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
      "DEBIAN_FRONTEND=noninteractive",
      ...command,
    ]);
  }

  /** The exit status and both outputs of a program that may fail. */
  async attempt(...command: string[]): Promise<{ readonly ok: boolean; readonly output: string }> {
    try {
      return { ok: true, output: await this.inside(...command) };
    } catch (error) {
      if (!(error instanceof CommandFailedError)) throw error;
      return { ok: false, output: error.output };
    }
  }

  async install(deb: string, ...options: string[]): Promise<void> {
    await mkdir(join(this.folder, "root"), { recursive: true });
    await copyFile(deb, join(this.folder, "root", basename(deb)));
    const path = `/root/${basename(deb)}`;
    await this.installPackage(path, ...options);
  }

  /** By its name, or from a file in the root folder. */
  async installPackage(name: string, ...more: string[]): Promise<void> {
    const options = ["-y", "--no-install-recommends", "-o", "APT::Sandbox::User=root", ...more];
    await this.inside("apt-get", "install", ...options, name);
  }

  /** Starts a service as systemd would: its command, environment, folder, and user, with its credentials as files. */
  async startUnit(name: string): Promise<RunningUnit> {
    const unit = await readFile(join(this.folder, "usr/lib/systemd/system", name), "utf8");
    const values = (key: string): string[] =>
      [...unit.matchAll(new RegExp(`^${key}=(.*)$`, "gmu"))].map(([, value = ""]) => value);
    const one = (key: string): string => values(key)[0] ?? "";
    const credentials = `/run/credentials/${name}`;
    await this.inside("sh", "-c", `rm -rf ${credentials} && mkdir -p ${credentials}`);
    for (const credential of values("LoadCredential")) {
      const [id = "", source = ""] = credential.split(":");
      await this.inside(
        "sh",
        "-c",
        source.endsWith("/")
          ? `for file in ${source}*; do [ ! -f "$file" ] || cp "$file" "${credentials}/${id}_$(basename "$file")"; done`
          : `cp ${source} ${credentials}/${id}`,
      );
    }
    await this.inside(
      "sh",
      "-c",
      `chown -R ${one("User")} ${credentials} && chmod -R u=rX,go= ${credentials}`,
    );
    const child = spawn(
      "chroot",
      [
        `--userspec=${one("User")}:${one("Group")}`,
        this.folder,
        "env",
        "-i",
        `--chdir=${one("WorkingDirectory")}`,
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin",
        `CREDENTIALS_DIRECTORY=${credentials}`,
        ...values("Environment").flatMap((line) => line.split(" ")),
        ...one("ExecStart").split(" "),
      ],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    return new RunningUnit(child);
  }
}

export class RunningUnit {
  output = "";
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;

  constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = once(child, "exit");
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk: Buffer) => (this.output += chunk.toString()));
  }

  get exitCode(): number | null {
    return this.#child.exitCode;
  }

  /** Resolves with the exit code. */
  async end(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<number | null> {
    if (this.exitCode === null && this.#child.signalCode === null) this.#child.kill(signal);
    await this.#ended;
    return this.exitCode;
  }

  ended(): Promise<unknown> {
    return this.#ended;
  }
}
