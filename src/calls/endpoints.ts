import type { Endpoint } from "../ari/generated/models.ts";

type Listed = Pick<Endpoint, "resource" | "state">;

/**
 * The names of the endpoints that Asterisk has. After a reload it still lists those that were removed, as offline. The
 * parts of a split trunk have the address of the whole one, so they are not offline while it is online.
 */
export function endpointsIn(listed: readonly Listed[]): ReadonlySet<string> {
  const online = new Set(listed.flatMap(({ resource, state }) => (state === "online" ? [resource] : [])));
  const isRemoved = ({ resource, state }: Listed): boolean =>
    state === "offline" && /-\d$/.test(resource) && online.has(resource.slice(0, -2));
  return new Set(listed.flatMap((endpoint) => (isRemoved(endpoint) ? [] : [endpoint.resource])));
}
