import { isIP } from "node:net";
import { loadSettings } from "../config/settings.ts";

/** Health check of the Docker image: exits with 0 if this instance is healthy, at the address in its settings. */
const { host, port } = loadSettings().http;
/** A wildcard address is reachable on loopback. */
const reachable = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
const response = await fetch(
  `http://${isIP(reachable) === 6 ? `[${reachable}]` : reachable}:${port}/health`,
).catch(() => null);
process.exit(response?.ok === true ? 0 : 1);
