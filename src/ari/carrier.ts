import { ariOperations, openAriEvents } from "./generated/models.ts";
import type { AriEventType, AriOperations } from "./generated/models.ts";
import type { AriRequest } from "./types.ts";

/**
 * Decides whether a request goes by WebSocket or HTTP, and which events may be subscribed to. Both follow from one
 * limit of Asterisk.
 *
 * Asterisk copies every WebSocket frame it sends onto the stack of the sending thread: `ast_alloca` in
 * `ast_websocket_write` of res_http_websocket.c, the same in every release up to 22.10. That stack has 496 KiB
 * (`AST_STACKSIZE` in utils.h). A larger frame is a segmentation fault: Asterisk crashes, and every call with it. A
 * list of the channels of 600 calls is such a frame. Over HTTP, Asterisk sends answers of any size from the heap.
 *
 * So an answer may arrive in a frame only if its size is bounded regardless of the number of calls, bridges,
 * endpoints, subscriptions, and variables. Everything else goes over HTTP, whatever the transport setting says.
 */
export type Carrier = "frame" | "http";

/**
 * Maximum frame size in both directions. Leaves half of the stack to the callers of `ast_websocket_write` and to
 * builds with a smaller stack.
 */
export const frameLimitBytes = 262_144;

/** Frames of this size are logged: not dangerous yet, but they should not occur. */
export const largeFrameBytes = 65_536;

type OperationName = keyof AriOperations;

/**
 * Answer types of bounded size. All others go over HTTP, for instance `Variable`: the value of a dialplan function
 * such as `CURL()` or `FILE()` can have any size.
 */
const boundedResults: ReadonlySet<string> = new Set([
  "void",
  "AsteriskPing",
  "Playback",
  // A channel has few fields, each limited by Asterisk or by the size of a SIP message. `channelvars` in ari.conf
  // would add variables; our configuration sets none.
  "Channel",
]);

/** A bridge lists its channels, and a new bridge has none. */
const boundedOperations: ReadonlySet<OperationName> = new Set(["bridges.create", "bridges.createWithId"]);

/** How the answer to an operation travels if there is a choice. */
export function carrierOf(operation: OperationName | null): Carrier {
  if (operation === null) return "http";
  const bounded = boundedResults.has(ariOperations[operation].result) || boundedOperations.has(operation);
  return bounded ? "frame" : "http";
}

/** `ChannelVarset` contains a value of any size, although its description says only text. */
const unboundedText: ReadonlySet<AriEventType> = new Set(["ChannelVarset"]);
/** Its list contains the arguments of `Stasis()`, one line of the dialplan. */
const boundedLists: ReadonlySet<AriEventType> = new Set(["StasisStart"]);

/**
 * Whether events of this type are bounded in size. An event that lists channels, such as `EndpointStateChange`,
 * grows with the live calls until its frame crashes Asterisk.
 */
export function isBoundedEvent(type: AriEventType): boolean {
  if (unboundedText.has(type)) return false;
  return boundedLists.has(type) || !openAriEvents.has(type);
}

interface Template {
  readonly operation: OperationName;
  /** Literal segments; null is a placeholder. */
  readonly segments: readonly (string | null)[];
}

const templates = new Map<string, Template[]>();
const isOperation = (name: string): name is OperationName => name in ariOperations;
for (const [name, { method, path }] of Object.entries(ariOperations)) {
  if (!isOperation(name)) continue;
  const segments = path
    .slice(1)
    .split("/")
    .map((segment) => (segment.startsWith("{") ? null : segment));
  const key = `${method} ${segments.length}`;
  const known = templates.get(key) ?? [];
  templates.set(key, known);
  known.push({ operation: name, segments });
}
// As in Asterisk, literal segments win over placeholders: `/channels/create` is not a channel.
const literals = ({ segments }: Template): number => segments.filter((segment) => segment !== null).length;
for (const known of templates.values()) known.sort((one, other) => literals(other) - literals(one));

/**
 * The operation that Asterisk will run, derived from the request itself, so it is also correct for hand-written
 * requests; null if Asterisk's description has none.
 */
export function operationOf({ method, path }: Pick<AriRequest, "method" | "path">): OperationName | null {
  const [plain = ""] = path.split("?", 1);
  const segments = (plain.startsWith("/") ? plain.slice(1) : plain).split("/");
  const found = templates
    .get(`${method} ${segments.length}`)
    ?.find((template) =>
      template.segments.every((literal, index) => literal === null || literal === segments[index]),
    );
  return found?.operation ?? null;
}
