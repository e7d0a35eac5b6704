import { failed, ok, route } from "../router.ts";
import type { World } from "../world.ts";

/** resource_endpoints.c */

const endpointJson = (world: World, resource: string): Readonly<Record<string, unknown>> => ({
  technology: "PJSIP",
  resource,
  // Creates no leg: only checks whether one could be created.
  state: world.network.far(resource, "0", null) === null ? "offline" : "online",
  channel_ids: [...world.channels.values()]
    .filter(({ endpoint }) => endpoint === resource)
    .map(({ id }) => id),
});

const notFound = failed(404, "Not Found", "Endpoint not found");

export const endpointRoutes = [
  route("GET /endpoints", "list", "List[Endpoint]", "", (world, _args, respond) =>
    respond(ok(world.network.endpoints().map((name) => endpointJson(world, name)))),
  ),
  route("GET /endpoints/{tech}", "listByTech", "List[Endpoint]", "", (world, args, respond) => {
    if (args.text("tech") !== "PJSIP") return respond(notFound);
    respond(ok(world.network.endpoints().map((name) => endpointJson(world, name))));
  }),
  route("GET /endpoints/{tech}/{resource}", "get", "Endpoint", "", (world, args, respond) => {
    const resource = args.text("resource");
    if (args.text("tech") !== "PJSIP" || !world.network.endpoints().includes(resource))
      return respond(notFound);
    respond(ok(endpointJson(world, resource)));
  }),
];
