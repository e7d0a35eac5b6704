import { ariEventTypes } from "./generated/models.ts";
import type { AriEvent, AriEventType } from "./generated/models.ts";

const known: ReadonlySet<string> = new Set(ariEventTypes);

/** Asterisk writes the type first, so unwanted events need no parsing. */
const opening = '{"type":"';

/**
 * Decodes a message of the event socket into an event, or null if it is not to be delivered. Such messages are
 * counted as unknown (a newer Asterisk), unwanted (sent before the filter was set), or malformed.
 */
export function createDecoder(
  events: readonly AriEventType[],
  count: (name: "unknownEvent" | "unwantedEvent" | "malformedMessage") => void,
): (text: string) => AriEvent | null {
  const wanted: ReadonlySet<string> = new Set(events);
  const refuse = (type: string): null => {
    count(known.has(type) ? "unwantedEvent" : "unknownEvent");
    return null;
  };
  const isWanted = (message: { readonly type: string }): message is AriEvent => wanted.has(message.type);
  return (text) => {
    if (text.startsWith(opening)) {
      const type = text.slice(opening.length, text.indexOf('"', opening.length));
      if (!wanted.has(type)) return refuse(type);
    }
    let message: unknown = null;
    try {
      message = JSON.parse(text);
    } catch {
      // Counted below, together with JSON that is not a message.
    }
    if (hasType(message)) return isWanted(message) ? message : refuse(message.type);
    count("malformedMessage");
    return null;
  };
}

function hasType(message: unknown): message is { readonly type: string } {
  return (
    typeof message === "object" && message !== null && "type" in message && typeof message.type === "string"
  );
}
