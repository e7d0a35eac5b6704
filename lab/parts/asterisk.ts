import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ARI_USER, asteriskSettings, BENCH_DATABASE_USER } from "../asteriskSettings.ts";
import { LAB_HOST, portSettings, type LabLayout } from "../layout.ts";
import { run } from "../run.ts";
import type { LabSecrets } from "../secrets.ts";
import type { LabPart } from "./part.ts";

const CONFIGURATION = fileURLToPath(new URL("../../asterisk", import.meta.url));
/** Additions of the benchmarks, and the file that includes each one. They are not for servers. */
const ADDITIONS = fileURLToPath(new URL("../asterisk", import.meta.url));

/** The folder also contains files for Docker and for humans. */
const isUsed = (name: string): boolean => /\.(conf|ini|sh)$/u.test(name);

const PROGRAM = "/usr/sbin/asterisk";

export const asteriskPart = (layout: LabLayout, secrets: LabSecrets): LabPart => {
  const etc = join(layout.root, "etc/asterisk");
  const settings = asteriskSettings(layout, secrets);

  const ask = async (path: string): Promise<unknown> => {
    const response = await fetch(`http://${LAB_HOST}:${layout.ports.ari}/ari${path}`, {
      headers: {
        authorization: `Basic ${Buffer.from(`${ARI_USER}:${secrets.ari}`).toString("base64")}`,
        connection: "close",
      },
      signal: AbortSignal.timeout(2_000),
    });
    if (!response.ok) throw new Error(`Asterisk's response to ${path} is ${response.status}`);
    return await response.json();
  };

  return {
    name: "asterisk",
    endpoints: [
      { protocol: "tcp", host: LAB_HOST, port: layout.ports.ari, setting: portSettings.ari.setting },
      { protocol: "udp", host: LAB_HOST, port: layout.ports.sip, setting: portSettings.sip.setting },
    ],
    command: ["chroot", "--userspec=asterisk:asterisk", layout.root, PROGRAM, "-f"],
    program: PROGRAM,
    stopGraceMs: 10_000,
    logFiles: [join(layout.root, "var/log/asterisk/messages.log")],
    fingerprint: async () => {
      const hash = createHash("sha256").update(JSON.stringify(settings));
      for (const folder of [CONFIGURATION, ADDITIONS])
        for (const name of (await readdir(folder)).filter(isUsed).sort())
          hash.update(name).update(await readFile(join(folder, name)));
      return hash.digest("hex");
    },
    prepare: async () => {
      await rm(etc, { recursive: true, force: true });
      await run([join(CONFIGURATION, "render.sh"), "-", layout.root], { environment: settings });
      for (const name of await readdir(ADDITIONS)) {
        const folder = join(etc, `${basename(name, ".conf")}.d`);
        await mkdir(folder);
        const text = await readFile(join(ADDITIONS, name), "utf8");
        const filled = text
          .replace("${BENCH_USER}", BENCH_DATABASE_USER)
          .replace("${BENCH_PASSWORD}", secrets.mysqlAsterisk);
        await writeFile(join(folder, "lab.conf"), filled);
      }
      const runtime = join(layout.root, "run/asterisk");
      await mkdir(runtime, { recursive: true });
      await run(["chroot", layout.root, "chown", "asterisk:asterisk", "/run/asterisk"]);
      // With the control socket of a killed Asterisk, the next one would assume that it is already running.
      for (const name of ["asterisk.ctl", "asterisk.pid"]) await rm(join(runtime, name), { force: true });
      await mkdir(dirname(join(layout.root, "var/log/asterisk/messages.log")), { recursive: true });
    },
    ask: async () => {
      await ask("/asterisk/ping");
      // A response to ping is not enough: without chan_pjsip, Asterisk runs but has no trunks.
      const endpoints = (await ask("/endpoints/PJSIP")) as { resource: string }[];
      for (const trunk of ["trunk-in", "trunk-out"])
        if (!endpoints.some(({ resource }) => resource === trunk))
          throw new Error(`The endpoint ${trunk} is not loaded`);
    },
  };
};
