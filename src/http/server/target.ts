/**
 * Whether the target of a request can be understood in one way only (RFC 9112, 3.2): a path, or an absolute URL as
 * sent to a proxy. `//` is neither: some programs would mistake the rest for a host.
 */
export function isProperTarget(target: string, method: string): boolean {
  if (target === "*") return method === "OPTIONS";
  const path = target.startsWith("/") ? target : pathOfUrl(target);
  return path !== null && isPath(path);
}

/** Printable ASCII; a fragment or a backslash never reaches a server from a proper client. */
const shape = /^\/(?!\/)[!-~]*$/;
const escape = /%(?![\da-f]{2})/i;

function isPath(text: string): boolean {
  if (!shape.test(text) || escape.test(text)) return false;
  const [path = ""] = text.split("?", 1);
  if (/[#\\]/.test(path) || text.includes("#")) return false;
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    // The pages decode their paths themselves, and show that there is no such page.
    return path.startsWith("/app/");
  }
}

/** From its path on; null: not an absolute URL. */
function pathOfUrl(text: string): string | null {
  const rest = /^https?:\/\/[^/?#]+(.*)$/i.exec(text)?.[1];
  if (rest === undefined || !URL.canParse(text)) return null;
  return rest.startsWith("/") ? rest : `/${rest}`;
}
