import { ariOperations, openAriEvents } from "./generated/models.ts";
import type { AriEventType, AriOperations } from "./generated/models.ts";
import type { AriRequest } from "./types.ts";

/**
 * Which way a request goes, and which events may be asked for. All of it follows from one limit of Asterisk.
 *
 * Asterisk copies every WebSocket frame that it sends onto the stack of the sending thread: `ast_alloca` in
 * `ast_websocket_write` of res_http_websocket.c, the same in every release up to 22.10. That stack has 496 KiB
 * (`AST_STACKSIZE` of utils.h). A larger frame is a segmentation fault: Asterisk dies, and with it every call. A list
 * of the channels of 600 calls is such a frame. Over HTTP Asterisk sends an answer of any size from the heap.
 *
 * So an answer comes in a frame only if it has an upper size however many calls, bridges, endpoints, subscriptions or
 * variables there are. Everything else goes by HTTP, whatever the transport setting says.
 */
export type Carrier = "frame" | "http";

/**
 * No frame may be larger, in either direction. Half of the stack is left for what called `ast_websocket_write`, and
 * for builds with a smaller one.
 */
export const frameLimitBytes = 262_144;

/** A frame of this size is logged: it is no danger yet, and should not occur. */
export const largeFrameBytes = 65_536;

type OperationName = keyof AriOperations;

/**
 * Types of answers that have an upper size. What is not listed goes by HTTP, for instance `Variable`: the value of a
 * dialplan function such as `CURL()` or `FILE()` can be of any size.
 */
const boundedResults: ReadonlySet<string> = new Set([
  "void",
  "AsteriskPing",
  "Playback",
  // A channel has few fields, each limited by Asterisk or by the size of a SIP message. `channelvars` of ari.conf
  // would add variables; ours asks for none.
  "Channel",
]);

/** A bridge lists its channels, and has none when it is made. */
const boundedOperations: ReadonlySet<OperationName> = new Set(["bridges.create", "bridges.createWithId"]);

/** What an operation's answer comes by when there is a choice. */
export function carrierOf(operation: OperationName | null): Carrier {
  if (operation === null) return "http";
  const bounded = boundedResults.has(ariOperations[operation].result) || boundedOperations.has(operation);
  return bounded ? "frame" : "http";
}

/** `ChannelVarset` carries a value of any size, though Asterisk describes it as text. */
const unboundedText: ReadonlySet<AriEventType> = new Set(["ChannelVarset"]);
/** Its list is the arguments of `Stasis()`, one line of the dialplan. */
const boundedLists: ReadonlySet<AriEventType> = new Set(["StasisStart"]);

/**
 * Whether events of this type have an upper size. One that lists channels, such as `EndpointStateChange`, grows with
 * the live calls until its frame kills Asterisk.
 */
export function isBoundedEvent(type: AriEventType): boolean {
  if (unboundedText.has(type)) return false;
  return boundedLists.has(type) || !openAriEvents.has(type);
}

interface Template {
  readonly operation: OperationName;
  /** Literal segments; null stands for a name. */
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
// As in Asterisk, a literal segment goes before a name: `/channels/create` is no channel.
const literals = ({ segments }: Template): number => segments.filter((segment) => segment !== null).length;
for (const known of templates.values()) known.sort((one, other) => literals(other) - literals(one));

/**
 * The operation that Asterisk will carry out, read from what is sent to it and so also right for a request that
 * was written by hand; null for one that its description does not have.
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
