import { execFile, execFileSync, spawn, type ChildProcessByStdio } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { createRequire } from "node:module";
import type dockerignoreModule from "@balena/dockerignore";

// Its types declare a default export, which this CommonJS package does not have.
const dockerignore = createRequire(import.meta.url)(
  "@balena/dockerignore",
) as typeof dockerignoreModule.default;
const runFile = promisify(execFile);

/** One instruction of a Dockerfile, e.g. `COPY` with `src src`. */
interface Instruction {
  readonly name: string;
  readonly text: string;
}

const instructionsOf = (dockerfile: string): Instruction[] =>
  dockerfile
    .replaceAll(/^\s*#.*\n/gm, "")
    .replaceAll(/\\\n/g, " ")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [, name = "", text = ""] = /^(\w+)\s+(.*)$/.exec(line.trim()) ?? [];
      return { name: name.toUpperCase(), text };
    });

/** The build context: a copy of the folder without the files excluded by its `.dockerignore`. */
export function contextOf(source: string, target: string): void {
  const filter = dockerignore().add(readFileSync(join(source, ".dockerignore"), "utf8"));
  for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(source.length + 1);
    if (filter.ignores(name)) continue;
    mkdirSync(dirname(join(target, name)), { recursive: true });
    cpSync(path, join(target, name));
  }
}

interface ImageOptions {
  readonly context: string;
  /** Folder for the roots of the stages. */
  readonly folder: string;
  /** Replaces a command of a RUN instruction that needs the network; receives its working folder. */
  readonly substitutes: Readonly<Record<string, (workdir: string) => void>>;
}

interface Stage {
  readonly root: string;
  readonly environment: Record<string, string>;
  workdir: string;
  user: string;
  command: readonly string[];
  healthCheck: readonly string[];
}

/** The result of a Dockerfile: a root folder in which its commands run with chroot. */
export class Image {
  readonly #stage: Stage;

  private constructor(stage: Stage) {
    this.#stage = stage;
  }

  /**
   * Executes the instructions. The base image is replaced by this machine's Node, npm, shell, and libraries. Throws for
   * an unsupported instruction.
   */
  static async build({ context, folder, substitutes }: ImageOptions): Promise<Image> {
    const stages = new Map<string, Stage>();
    let stage: Stage | null = null;
    for (const { name, text } of instructionsOf(readFileSync(join(context, "Dockerfile"), "utf8"))) {
      if (name === "FROM") {
        const [, alias = "final"] = / AS (\w+)$/i.exec(text) ?? [];
        const root = join(folder, alias);
        makeBase(root);
        stage = {
          root,
          environment: { PATH: "/usr/local/bin:/usr/bin:/bin" },
          workdir: "/",
          user: "root",
          command: [],
          healthCheck: [],
        };
        stages.set(alias, stage);
        continue;
      }
      if (stage === null) throw new Error(`${name} before FROM.`);
      await carryOut(stage, { name, text }, { context, stages, substitutes });
    }
    if (stage === null) throw new Error("There is no FROM.");
    return new Image(stage);
  }

  get root(): string {
    return this.#stage.root;
  }

  get healthCheck(): readonly string[] {
    return this.#stage.healthCheck;
  }

  /** Starts a command, by default the image's, as the image's user. It ends with the returned process. */
  start(
    environment: Readonly<Record<string, string>>,
    command = this.#stage.command,
  ): ChildProcessByStdio<null, Readable, Readable> {
    const [program = "", ...args] = inside(this.#stage, environment, command);
    return spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  }
}

async function carryOut(
  stage: Stage,
  { name, text }: Instruction,
  {
    context,
    stages,
    substitutes,
  }: Pick<ImageOptions, "context" | "substitutes"> & {
    readonly stages: ReadonlyMap<string, Stage>;
  },
): Promise<void> {
  const place = (path: string): string => join(stage.root, resolve(stage.workdir, path));
  switch (name) {
    case "WORKDIR":
      stage.workdir = resolve(stage.workdir, text);
      mkdirSync(place("."), { recursive: true });
      return;
    case "ENV":
      for (const [, variable = "", value = ""] of text.matchAll(/(\w+)=(\S+)/g))
        stage.environment[variable] = value;
      return;
    case "COPY": {
      const [, alias, paths = ""] = /^(?:--from=(\w+)\s+)?(.*)$/.exec(text) ?? [];
      const sources = paths.split(/\s+/);
      const target = sources.pop() ?? "";
      const from = alias === undefined ? context : stages.get(alias)?.root;
      if (from === undefined) throw new Error(`There is no stage ${alias}.`);
      for (const source of sources) {
        const path = join(from, source);
        const isFolder = readdirOrNull(path) !== null;
        // Copies the content of a folder, or a file into a folder or under a name.
        const to =
          isFolder || !/(?:^\.?|\/)$/.test(target) ? place(target) : join(place(target), basename(source));
        mkdirSync(isFolder ? to : dirname(to), { recursive: true });
        await runFile("cp", ["-a", ...(isFolder ? [`${path}/.`, to] : [path, to])]);
      }
      return;
    }
    case "RUN": {
      const substitute = substitutes[text];
      if (substitute !== undefined) return substitute(place("."));
      const [program = "", ...args] = inside(stage, { HOME: "/root", npm_config_offline: "true" }, [
        "/bin/sh",
        "-c",
        text,
      ]);
      await runFile(program, args, { maxBuffer: 2 ** 26 });
      return;
    }
    case "USER":
      stage.user = text;
      return;
    case "CMD":
      stage.command = JSON.parse(text) as string[];
      return;
    case "HEALTHCHECK":
      stage.healthCheck = JSON.parse(/ CMD (\[.*\])$/.exec(text)?.[1] ?? "[]") as string[];
      return;
    case "VOLUME":
      // A new named volume gets the image's content of this folder, which is already there.
      if (!existsSync(place(text))) throw new Error(`The volume ${text} is not in the image.`);
      return;
    case "EXPOSE":
      return;
    default:
      throw new Error(`${name} is not known.`);
  }
}

/** /proc is mounted in the process's own namespace, and unmounted when it ends. */
const ENTER = `
root=$1 user=$2
shift 2
mount -t proc proc "$root/proc"
exec chroot --userspec="$user" "$root" /usr/bin/env -i "$@"
`;

function inside(
  stage: Stage,
  environment: Readonly<Record<string, string>>,
  command: readonly string[],
): string[] {
  const user = stage.user === "node" ? "1000:1000" : stage.user === "root" ? "0:0" : stage.user;
  const variables = Object.entries({ ...stage.environment, ...environment }).map(
    ([name, value]) => `${name}=${value}`,
  );
  const enter = ["unshare", "--mount", "--propagation", "private", "/bin/sh", "-ec", ENTER, "sh"];
  const start = ["/bin/sh", "-c", 'cd "$0" && exec "$@"', stage.workdir];
  return [...enter, stage.root, user, ...variables, ...start, ...command];
}

/** This machine's Node, npm, and shell with their libraries, and the users of the Node image. */
function makeBase(root: string): void {
  for (const name of [
    "bin",
    "dev",
    "etc",
    "proc",
    "root",
    "run",
    "tmp",
    "usr/bin",
    "usr/local/bin",
    "usr/local/lib",
  ])
    mkdirSync(join(root, name), { recursive: true, mode: 0o755 });
  execFileSync("chmod", ["1777", join(root, "tmp")]);
  execFileSync("mknod", ["-m", "666", join(root, "dev/null"), "c", "1", "3"]);
  execFileSync("mknod", ["-m", "666", join(root, "dev/urandom"), "c", "1", "9"]);
  writeFileSync(
    join(root, "etc/passwd"),
    "root:x:0:0::/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n",
  );
  writeFileSync(join(root, "etc/group"), "root:x:0:\nnode:x:1000:\n");
  const install = (program: string, target: string): void => {
    const file = realpathSync(program);
    cpSync(file, join(root, target));
    copyLibraries(file, root);
  };
  install(process.execPath, "usr/local/bin/node");
  install("/bin/sh", "bin/sh");
  for (const name of ["env", "mkdir", "chown", "ln", "uname", "dirname"])
    install(`/usr/bin/${name}`, `usr/bin/${name}`);
  // Native modules of npm packages are linked to these.
  for (const name of ["libgcc_s.so.1", "librt.so.1", "libm.so.6", "libpthread.so.0", "libdl.so.2"]) {
    const file = join("/lib", `${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`, name);
    if (existsSync(file)) copyInto(root, file);
  }
  const npm = dirname(dirname(realpathSync(execFileSync("which", ["npm"]).toString().trim())));
  cpSync(npm, join(root, "usr/local/lib/npm"), { recursive: true, dereference: true });
  const script = '#!/bin/sh\nexec node /usr/local/lib/npm/bin/npm-cli.js "$@"\n';
  writeFileSync(join(root, "usr/local/bin/npm"), script, { mode: 0o755 });
}

function copyLibraries(program: string, root: string): void {
  const list = execFileSync("ldd", [program]).toString();
  for (const [, path = ""] of list.matchAll(/(?:=> )?(\/\S+) \(0x/g)) copyInto(root, path);
}

function copyInto(root: string, path: string): void {
  const target = join(root, path);
  if (existsSync(target)) return;
  mkdirSync(dirname(target), { recursive: true });
  cpSync(realpathSync(path), target);
}

function readdirOrNull(path: string): string[] | null {
  try {
    return readdirSync(path);
  } catch {
    return null;
  }
}

export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true });
