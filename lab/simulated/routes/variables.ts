import { failed, noContent, ok, route } from "../router.ts";
import { onChannelThread } from "../stasis.ts";
import { readVariable, setVariable } from "../variables.ts";
import { controlled, isReply } from "./channels.ts";
import { isVariables, readVariables } from "./legs.ts";

/** Variables of channels (resource_channels.c). */

const channelNotFound = failed(404, "Channel Not Found", "Provided channel was not found");
const notExecuted = failed(400, "Bad Request", "Failed to execute function");

export const variableRoutes = [
  route(
    "GET /channels/{channelId}/variable",
    "getChannelVar",
    "Variable",
    "variable!",
    (world, args, respond) => {
      if (!args.has("variable")) return respond(failed(400, "Bad Request", "Variable name is required"));
      const channel = world.channels.get(args.text("channelId"));
      if (!channel) return respond(channelNotFound);
      const variable = args.text("variable");
      const value = readVariable(channel, variable);
      if (value !== undefined) return respond(ok({ value }));
      respond(
        variable.endsWith(")")
          ? failed(500, "Error With Function", "Unable to read provided function")
          : failed(404, "Variable Not Found", "Provided variable was not found"),
      );
    },
  ),
  route(
    "POST /channels/{channelId}/variable",
    "setChannelVar",
    "void",
    "variable! value report_events:boolean",
    (world, args, respond) => {
      const variable = args.text("variable");
      if (variable === "") return respond(failed(400, "Bad Request", "Variable name is required"));
      const channel = controlled(world, args);
      if (isReply(channel)) return respond(channel);
      onChannelThread(
        world,
        channel,
        () => {
          if (args.flag("report_events")) channel.reported.add(variable);
          respond(setVariable(world, channel, variable, args.text("value")) ? noContent : notExecuted);
        },
        () => respond(notExecuted),
      );
    },
  ),
  route(
    "POST /channels/{channelId}/variables",
    "setChannelVars",
    "void",
    "@variables!:containers",
    (world, args, respond) => {
      if (!world.channels.has(args.text("channelId"))) return respond(channelNotFound);
      const channel = controlled(world, args);
      if (isReply(channel)) return respond(channel);
      const variables = readVariables(args.body);
      if (!isVariables(variables)) return respond(variables);
      onChannelThread(
        world,
        channel,
        () => {
          for (const [name, value, report] of variables) {
            if (report) channel.reported.add(name);
            if (!setVariable(world, channel, name, value)) return respond(notExecuted);
          }
          respond(noContent);
        },
        () => respond(notExecuted),
      );
    },
  ),
  route(
    "GET /channels/{channelId}/variables",
    "getChannelVars",
    "Variables",
    "variables!*",
    (world, args, respond) => {
      const names = args.list("variables");
      if (names.length === 0)
        return respond(failed(400, "Bad Request", "At least one variable name is required"));
      const channel = world.channels.get(args.text("channelId"));
      if (!channel) return respond(channelNotFound);
      const found: Record<string, string> = {};
      for (const name of names) {
        const value = readVariable(channel, name.trim());
        if (value === undefined)
          return respond(failed(404, "Variable Not Found", "Provided variable was not found"));
        found[name.trim()] = value;
      }
      respond(ok({ variables: found }));
    },
  ),
];
