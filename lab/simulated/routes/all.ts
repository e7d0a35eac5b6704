import { applicationRoutes } from "./applications.ts";
import { asteriskRoutes } from "./asterisk.ts";
import { endpointRoutes } from "./endpoints.ts";
import { bridgeRoutes } from "./bridges.ts";
import { channelRoutes } from "./channels.ts";
import { legRoutes } from "./legs.ts";
import { playbackRoutes } from "./playbacks.ts";
import { variableRoutes } from "./variables.ts";

export const allRoutes = [
  ...applicationRoutes,
  ...asteriskRoutes,
  ...endpointRoutes,
  ...bridgeRoutes,
  ...channelRoutes,
  ...legRoutes,
  ...playbackRoutes,
  ...variableRoutes,
];
