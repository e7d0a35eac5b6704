import { loadSettings } from "../config/settings.ts";
import { ownUrl } from "./ops/ownUrl.ts";

/** Health check of the Docker image: exits with 0 if this instance is healthy, at the address in its settings. */
const response = await fetch(`${ownUrl(loadSettings().http)}/health`).catch(() => null);
process.exit(response?.ok === true ? 0 : 1);
