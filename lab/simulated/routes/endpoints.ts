import { failed, ok, route } from "../router.ts";

/** resource_endpoints.c */

export const endpointRoutes = [
  route("GET /endpoints/{tech}/{resource}", "get", "Endpoint", "", (world, args, respond) => {
    const technology = args.text("tech");
    const resource = args.text("resource");
    if (technology !== "PJSIP") return respond(failed(404, "Not Found", "Endpoint not found"));
    // No leg is made: only whether there could be one.
    const state = world.network.far(resource, "0", null) === null ? "offline" : "online";
    const channels = [...world.channels.values()].filter(({ endpoint }) => endpoint === resource);
    respond(ok({ technology, resource, state, channel_ids: channels.map(({ id }) => id) }));
  }),
];
