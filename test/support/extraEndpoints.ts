import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { asteriskCli } from "../../lab/lab.ts";
import { labLayout } from "../../lab/layout.ts";
import { until } from "./until.ts";

/** Adds PJSIP's objects in this text to the lab's Asterisk. `endpoint` is one of them. Resolves with their removal. */
export async function addEndpoints(endpoint: string, text: string): Promise<() => Promise<void>> {
  const file = join(labLayout().root, "etc/asterisk/pjsip.d/test.conf");
  const reload = async (): Promise<void> => {
    await asteriskCli("module reload res_pjsip.so");
    await asteriskCli("module reload res_pjsip_endpoint_identifier_ip.so");
  };
  const isThere = async (): Promise<boolean> =>
    new RegExp(`Endpoint: +${endpoint} `, "u").test(await asteriskCli("pjsip show endpoints"));
  await writeFile(file, text);
  await reload();
  await until(isThere);
  return async () => {
    await rm(file);
    await reload();
    await until(async () => !(await isThere()));
  };
}
