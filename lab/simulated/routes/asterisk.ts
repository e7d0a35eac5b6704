import { failed, noContent, ok, route } from "../router.ts";
import { timestamp } from "../state.ts";
import type { World } from "../world.ts";

/** resource_asterisk.c */

const info = ({ settings, startedAtMs }: World): Readonly<Record<string, unknown>> => ({
  build: {
    os: "Linux",
    kernel: "6.1.0",
    machine: "x86_64",
    options: "",
    date: "2026-07-01 00:00:00 UTC",
    user: "simulated",
  },
  system: { version: settings.version, entity_id: settings.entityId },
  config: {
    name: settings.systemName,
    default_language: "en",
    setid: { user: "asterisk", group: "asterisk" },
  },
  status: { startup_time: timestamp(startedAtMs), last_reload_time: timestamp(startedAtMs) },
});

export const asteriskRoutes = [
  route("GET /asterisk/info", "getInfo", "AsteriskInfo", "only*", (world, args, respond) => {
    const only = args.list("only");
    const parts = Object.entries(info(world)).filter(([name]) => only.length === 0 || only.includes(name));
    respond(ok(Object.fromEntries(parts)));
  }),
  route("GET /asterisk/ping", "ping", "AsteriskPing", "", (world, _args, respond) =>
    respond(
      ok({
        asterisk_id: world.settings.entityId,
        ping: "pong",
        timestamp: timestamp(world.scheduler.nowMs()),
      }),
    ),
  ),
  route("GET /asterisk/variable", "getGlobalVar", "Variable", "variable!", (world, args, respond) =>
    respond(
      args.has("variable")
        ? ok({ value: world.globalVariables.get(args.text("variable")) ?? "" })
        : failed(400, "Bad Request", "Variable name is required"),
    ),
  ),
  route("POST /asterisk/variable", "setGlobalVar", "void", "variable! value", (world, args, respond) => {
    if (!args.has("variable")) return respond(failed(400, "Bad Request", "Variable name is required"));
    // Dangerous functions, including DB(), are blocked (live_dangerously=no): the answer is success, and nothing
    // happens.
    if (!args.text("variable").endsWith(")"))
      world.globalVariables.set(args.text("variable"), args.text("value"));
    respond(noContent);
  }),
];
