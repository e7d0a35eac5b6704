import type { Args, Respond } from "../router.ts";
import { failed, noContent, ok, route } from "../router.ts";
import type { World } from "../world.ts";

/** resource_applications.c and resource_events.c */

const noApplication = failed(404, "Not Found", "Application not found");

/** `{"allowed": [{"type": …}], "disallowed": […]}`; an empty object or none removes both filters. */
function setFilter(world: World, args: Args, respond: Respond): void {
  const application = world.applications.get(args.text("applicationName"));
  if (!application) return respond(noApplication);
  const filter = new Map<string, unknown>(
    typeof args.body === "object" && args.body !== null ? Object.entries(args.body) : [],
  );
  for (const kind of ["disallowed", "allowed"] as const) {
    if (filter.size > 0 && !filter.has(kind)) continue;
    const entries: unknown = filter.get(kind) ?? [];
    if (!isFilter(entries)) return respond(failed(400, "Bad Request", "Invalid format definition"));
    application.setFilter(kind, entries);
  }
  respond(ok(application.json()));
}

const isFilter = (entries: unknown): entries is readonly { readonly type: string }[] =>
  Array.isArray(entries) &&
  entries.every(
    (entry: unknown) =>
      typeof entry === "object" && entry !== null && "type" in entry && typeof entry.type === "string",
  );

function exists(world: World, source: string): boolean | null {
  const [kind, id = ""] = source.split(/:(.*)/su);
  if (kind === "channel") return world.channels.has(id);
  if (kind === "bridge") return world.bridges.has(id);
  if (kind === "endpoint") return world.network.endpoints().some((name) => id === `PJSIP/${name}`);
  return kind === "deviceState" ? true : null;
}

const subscription =
  (subscribe: boolean) =>
  (world: World, args: Args, respond: Respond): void => {
    const sources = args.list("eventSource");
    const application = world.applications.get(args.text("applicationName"));
    if (sources.length === 0) return respond(failed(400, "Bad Request", "Missing parameter eventSource"));
    if (!application) return respond(noApplication);
    for (const source of sources) {
      const found = exists(world, source);
      if (found === null) return respond(failed(400, "Bad Request", "Invalid event source URI scheme"));
      if (subscribe && found) application.subscribe(source);
      else if (subscribe) return respond(failed(422, "Unprocessable Entity", "Event source does not exist"));
      else if (!application.unsubscribe(source))
        return respond(failed(422, "Unprocessable Entity", "Event source was not subscribed to"));
    }
    respond(ok(application.json()));
  };

export const applicationRoutes = [
  route("GET /applications", "list", "List[Application]", "", (world, _args, respond) =>
    respond(ok(world.applications.all().map((application) => application.json()))),
  ),
  route("GET /applications/{applicationName}", "get", "Application", "", (world, args, respond) => {
    const application = world.applications.get(args.text("applicationName"));
    respond(application ? ok(application.json()) : noApplication);
  }),
  route(
    "PUT /applications/{applicationName}/eventFilter",
    "filter",
    "Application",
    "@filter:object",
    setFilter,
  ),
  route(
    "POST /applications/{applicationName}/subscription",
    "subscribe",
    "Application",
    "eventSource!*",
    subscription(true),
  ),
  route(
    "DELETE /applications/{applicationName}/subscription",
    "unsubscribe",
    "Application",
    "eventSource!*",
    subscription(false),
  ),
  route(
    "POST /events/user/{eventName}",
    "userEvent",
    "void",
    "application! source* @variables:containers",
    (world, args, respond) => {
      const application = world.applications.get(args.text("application"));
      if (!application) return respond(noApplication);
      world.applications.send(application, "ChannelUserevent", "user", () => ({
        eventname: args.text("eventName"),
        userevent: { eventname: args.text("eventName") },
      }));
      respond(noContent);
    },
  ),
];
