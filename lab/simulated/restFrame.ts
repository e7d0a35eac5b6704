import type { Reply, RestRequest } from "./router.ts";

/** `RESTRequest` frames as ari_websocket_requests.c reads them. */
interface Frame {
  readonly id: string;
  readonly uri: string;
  readonly request: RestRequest;
}

type BadFrame = Reply & { readonly id: string; readonly uri: string };

type Message = Readonly<Record<string, unknown>>;

const word = (message: Message, name: string): string => {
  const value = message[name];
  return typeof value === "string" ? value : "";
};

const bad = (id: string, uri: string, words: string): BadFrame => ({
  id,
  uri,
  status: 400,
  reason: "Bad request",
  body: { message: words },
});

export function readFrame(text: string): Frame | BadFrame {
  let message: Message;
  try {
    message = (JSON.parse(text) ?? {}) as Message;
  } catch {
    return { id: "", uri: "", status: 400, reason: "Failed to parse request message JSON" };
  }
  const id = word(message, "request_id");
  const whole = word(message, "uri");
  const mark = whole.indexOf("?");
  const uri = mark < 0 ? whole : whole.slice(0, mark);
  const type = word(message, "type");
  if (type === "") return bad(id, uri, "No 'type' property.");
  if (type !== "RESTRequest") return bad(id, uri, "Unknown request type.");
  if (uri === "") return bad(id, uri, "Empty or missing 'uri' property.");
  const method = word(message, "method").toUpperCase();
  if (method === "") return bad(id, uri, "Unknown or missing 'method' property.");
  const query = new Map<string, string>();
  if (mark >= 0) addForm(query, whole.slice(mark + 1));
  const strings: unknown = message["query_strings"];
  if (strings !== undefined && !addStrings(query, strings))
    return bad(id, uri, "Unable to parse 'query_strings' array.");
  const content = word(message, "message_body");
  if (content === "") return { id, uri, request: { method, path: uri, query, body: undefined } };
  switch (word(message, "content_type")) {
    case "application/json":
      try {
        return { id, uri, request: { method, path: uri, query, body: JSON.parse(content) as unknown } };
      } catch {
        return bad(id, uri, "Unable to parse 'message_body' as 'application/json'.");
      }
    case "application/x-www-form-urlencoded":
      addForm(query, content);
      return { id, uri, request: { method, path: uri, query, body: undefined } };
    case "":
      return bad(id, uri, "No 'content_type' for 'message_body'.");
    default:
      return bad(id, uri, "Unknown content type.");
  }
}

/** Written out, because it is a considerable part of the work under load. */
function addForm(query: Map<string, string>, form: string): void {
  for (const pair of form.split("&")) {
    const equals = pair.indexOf("=");
    if (equals < 0) query.set(plain(pair), "");
    else query.set(plain(pair.slice(0, equals)), plain(pair.slice(equals + 1)));
  }
}

function plain(text: string): string {
  if (!text.includes("%") && !text.includes("+")) return text;
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

function addStrings(query: Map<string, string>, strings: unknown): boolean {
  if (!Array.isArray(strings)) return false;
  for (const entry of strings as unknown[]) {
    if (typeof entry !== "object" || entry === null || !("name" in entry) || !("value" in entry))
      return false;
    query.set(String(entry.name), String(entry.value));
  }
  return true;
}
