import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  ensureLab,
  killPart,
  labAddresses,
  labStatus,
  LabPartError,
  LabPortTakenError,
  LabUnavailableError,
  logFilesOf,
  type PartName,
  startPart,
  stopLab,
  stopPart,
} from "./lab.ts";
import { partNames } from "./parts/part.ts";

const USAGE = `npm run lab -- COMMAND

  up              install and start the lab, and wait until all parts respond
  down            stop all parts
  status          show which parts are running, and where
  logs NAME       follow the log of a part until Ctrl-C
  start NAME      start one part
  stop NAME       shut one part down
  kill NAME       end one part with SIGKILL

  NAME is one of: ${partNames.join(", ")}
`;

class UsageError extends Error {}

const partNamed = (name: string | undefined): PartName => {
  const found = partNames.find((known) => known === name);
  if (found === undefined)
    throw new UsageError(`The lab has no part "${name ?? ""}". Its parts are ${partNames.join(", ")}.`);
  return found;
};

// `lab up | head` must start the lab, even if the rest of the output is not read.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

const say = (line: string): void => console.log(line);

const printAddresses = (): void => {
  const { ari, sip, inboundProvider, outboundProvider, mysql, redis } = labAddresses();
  say(`ARI      ${ari.url}/ari, user ${ari.username}`);
  say(`SIP      ${sip.host}:${sip.port} (UDP); callers at ${inboundProvider.host}, any port`);
  say(`Callees  ${outboundProvider.host}:${outboundProvider.port} (UDP)`);
  say(`MySQL    ${mysql.host}:${mysql.port}, user ${mysql.user}, database ${mysql.database}`);
  say(`Redis    ${redis.url}`);
};

const printStatus = async (): Promise<void> => {
  for (const { name, state, pid, addresses } of await labStatus())
    say(`${name.padEnd(9)} ${state.padEnd(14)} ${(pid ?? "-").toString().padEnd(8)} ${addresses.join(", ")}`);
};

const follow = async (name: PartName): Promise<void> => {
  // `--pid` ends it with us. A terminal sends Ctrl-C to both processes, but other senders only to ours.
  const tail = spawn("tail", [`--pid=${process.pid}`, "-n", "200", "-F", ...logFilesOf(name)], {
    stdio: "inherit",
  });
  await once(tail, "exit");
};

const runCommand = async (command: string | undefined, name: string | undefined): Promise<void> => {
  switch (command) {
    case "up": {
      const startedAtMs = Date.now();
      await ensureLab(say);
      say(`The lab is ready after ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s.`);
      printAddresses();
      return;
    }
    case "down": {
      const ended = await stopLab(say);
      say(ended.length === 0 ? "Nothing was running." : `Stopped ${ended.join(", ")}.`);
      return;
    }
    case "status":
      await printStatus();
      return;
    case "logs":
      await follow(partNamed(name));
      return;
    case "start":
      await startPart(partNamed(name), say);
      return;
    case "stop":
      say((await stopPart(partNamed(name), say)) ? `${name} stopped.` : `${name} was not running.`);
      return;
    case "kill":
      say((await killPart(partNamed(name), say)) ? `${name} killed.` : `${name} was not running.`);
      return;
    default:
      throw new UsageError(command === undefined ? "No command given." : `Unknown command "${command}".`);
  }
};

try {
  await runCommand(process.argv[2], process.argv[3]);
} catch (error) {
  if (error instanceof UsageError) console.error(`${error.message}\n\n${USAGE}`);
  else if (
    error instanceof LabUnavailableError ||
    error instanceof LabPortTakenError ||
    error instanceof LabPartError ||
    error instanceof RangeError
  )
    console.error(error.message);
  else throw error;
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
