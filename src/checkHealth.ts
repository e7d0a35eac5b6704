import { isIP } from "node:net";
import { loadSettings } from "../config/settings.ts";

/** The health check of the image: exits with 0 when this instance, wherever its settings have it listen, is well. */
const { host, port } = loadSettings().http;
/** An address that stands for all of the machine is reached by loopback. */
const reachable = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
const response = await fetch(
  `http://${isIP(reachable) === 6 ? `[${reachable}]` : reachable}:${port}/health`,
).catch(() => null);
process.exit(response?.ok === true ? 0 : 1);
