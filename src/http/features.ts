import { lookupRoutes } from "./mappings/lookupRoutes.ts";
import type { LookupPorts } from "./mappings/lookupRoutes.ts";
import type { Fields } from "./server/fields.ts";
import type { Route } from "./server/route.ts";
import type { ServedRoute } from "./server/routing.ts";

/** What the handlers of each feature need. */
export interface FeaturePorts {
  readonly lookups: LookupPorts;
}

/** The routes of each feature, in the order of the API's document. */
const features: { readonly [Feature in keyof FeaturePorts]: readonly Route<FeaturePorts[Feature]>[] } = {
  lookups: lookupRoutes,
};

export const everyRoute: readonly Pick<Route<never>, "rule" | "operation">[] = Object.values(features).flat();

/** A feature without ports is switched off: its routes are not there. */
export type SwitchedPorts = { readonly [Feature in keyof FeaturePorts]: FeaturePorts[Feature] | null };

export function servedRoutes(ports: Partial<SwitchedPorts>, fields: Fields): readonly ServedRoute[] {
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- ties the routes to the ports of their feature
  const served = <Feature extends keyof FeaturePorts>(feature: Feature): readonly ServedRoute[] => {
    const own: FeaturePorts[Feature] | null = ports[feature] ?? null;
    const routes: readonly Route<FeaturePorts[Feature]>[] = features[feature];
    return own === null ? [] : routes.map(({ rule, bind }) => ({ rule, handle: bind(own, fields) }));
  };
  return namesOf(features).flatMap((feature) => served(feature));
}

function namesOf<All extends object>(all: All): (keyof All)[] {
  const names: (keyof All)[] = [];
  for (const name in all) names.push(name);
  return names;
}
