import { hostname } from "node:os";
import { z } from "zod";
import { oneOf, wholeNumber } from "../fields.ts";
import { setting } from "../setting.ts";

export const operationSettings = {
  ROLE: setting(oneOf(["all", "controller", "web"]), {
    section: "Operation",
    about:
      "What this instance does: handle calls (`controller`), serve the API and the pages (`web`), or both (`all`).",
    form: "`all`, `controller` or `web`",
    fallback: "all",
  }),
  NODE_NAME: setting(
    z.string().regex(/^[\w.-]{1,64}$/, "must be 1–64 letters, digits, `.`, `-`, or `_`"),
    {
      section: "Operation",
      about: "Name of this instance in records, logs, and metrics. Must be unique.",
      form: "1–64 letters, digits, `.`, `-`, or `_`",
      fallback: "the machine's host name",
    },
    hostname()
      .replace(/[^\w.-]/g, "-")
      .slice(0, 64) || "phone-proxy",
  ),
  LOG_LEVEL: setting(oneOf(["error", "warn", "info", "debug"]), {
    section: "Operation",
    about: "The least severe level that is logged.",
    form: "`error`, `warn`, `info` or `debug`",
    fallback: "info",
  }),
  LOG_FORMAT: setting(oneOf(["auto", "json", "pretty"]), {
    section: "Operation",
    about: "Log format. `auto` means `pretty` on a terminal and `json` elsewhere.",
    form: "`auto`, `json` or `pretty`",
    fallback: "auto",
  }),
  SHUTDOWN_DEADLINE_MS: setting(wholeNumber(100, 300_000), {
    section: "Operation",
    about: "Time limit for an orderly stop, in milliseconds. After that, the process exits.",
    form: "a whole number from 100 to 300000",
    fallback: "10000",
  }),
};
