import { readFileSync } from "node:fs";
import { isIP } from "node:net";

/** The parts of a URL of a MySQL or Redis server. */
interface ServerAddress {
  readonly host: string;
  /** null: the server's usual one. */
  readonly port: number | null;
  readonly user: string;
  readonly password: string;
  /** MySQL: its name. Redis: its number as digits; empty: 0. */
  readonly database: string;
  /** null: not encrypted. */
  readonly tls: ServerTls | null;
}

export interface ServerTls {
  /** Whether the certificate has to be valid for the host name. */
  readonly verify: boolean;
  /** File with the authority's certificates; null: those that Node knows. */
  readonly ca: string | null;
}

type Server = "mysql" | "redis";

const schemes: Readonly<Record<Server, readonly string[]>> = { mysql: ["mysql"], redis: ["redis", "rediss"] };

/** The scheme of a text, or null: a path, perhaps on a Windows drive. */
export const schemeOf = (text: string): string | null =>
  /^([a-z][a-z\d+.-]{1,20}):/i.exec(text)?.[1]?.toLowerCase() ?? null;

/**
 * The error in a URL, as a text that follows the name of its setting; null: none. Names schemes and parameters, and
 * repeats nothing else, because a password may be anywhere in a URL with a mistake.
 */
export function mistakeInServerUrl(text: string, server: Server): string | null {
  const scheme = schemeOf(text);
  const known = schemes[server].map((one) => `${one}://`).join(" or ");
  if (scheme === null || !text.slice(scheme.length).startsWith("://"))
    return `is not a URL that starts with ${known}`;
  if (!schemes[server].includes(scheme)) return `has the unknown scheme ${scheme}; use ${known}`;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.hostname === "")
    return `is not a valid URL; write special characters of a password percent-encoded, such as %40 for @`;
  if (url.hash !== "") return "contains #, which begins no part of the address; write it as %23";
  for (const part of [url.username, url.password, url.pathname])
    if (!canDecode(part)) return "contains a % that encodes nothing; write it as %25";
  return server === "mysql" ? mistakeInMysql(url) : mistakeInRedis(url);
}

function mistakeInMysql(url: URL): string | null {
  if (!/^\/[^/]+$/.test(url.pathname)) return "names no database after the host";
  const wrong = mistakeInParameters(url);
  if (wrong !== null) return wrong;
  const mode = url.searchParams.get("tls");
  if (mode === null && url.searchParams.has("ca")) return "has the parameter ca without tls=verify";
  // The driver cannot check a certificate against an address.
  if (mode === "verify" && isIP(hostOf(url)) !== 0)
    return "has tls=verify with an IP address; use the host name that the certificate is issued for";
  return null;
}

function mistakeInRedis(url: URL): string | null {
  if (!/^\/?\d{0,5}$/.test(url.pathname)) return "has a database that is not a number";
  const wrong = mistakeInParameters(url);
  if (wrong !== null) return wrong;
  const [parameter] = url.searchParams.keys();
  return url.protocol === "redis:" && parameter !== undefined
    ? `has the parameter ${parameter}, which needs rediss://`
    : null;
}

function mistakeInParameters({ searchParams }: URL): string | null {
  for (const name of searchParams.keys()) {
    if (name !== "tls" && name !== "ca")
      return `has the unknown parameter ${/^[\w-]{1,40}$/.test(name) ? name : "after ?"}; only tls and ca exist`;
    if (searchParams.getAll(name).length > 1) return `has the parameter ${name} twice`;
  }
  const mode = searchParams.get("tls");
  const ca = searchParams.get("ca");
  if (mode !== null && mode !== "verify" && mode !== "require")
    return "has an unknown value of the parameter tls; use verify or require";
  if (ca === null) return null;
  if (mode === "require") return "has the parameter ca, which has no effect with tls=require; use tls=verify";
  return mistakeInAuthority(ca);
}

function mistakeInAuthority(file: string): string | null {
  try {
    return readFileSync(file, "utf8").includes("-----BEGIN CERTIFICATE-----")
      ? null
      : "names a ca file that contains no certificate in PEM form";
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    return `names a ca file that cannot be read (${code})`;
  }
}

function canDecode(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, "$1");

/** Reads a URL in which `mistakeInServerUrl` finds none. */
export function serverAddressOf(text: string): ServerAddress {
  const url = new URL(text);
  const mode = url.searchParams.get("tls") ?? (url.protocol === "rediss:" ? "verify" : null);
  return {
    host: hostOf(url),
    port: url.port === "" ? null : Number(url.port),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    tls: mode === null ? null : { verify: mode === "verify", ca: url.searchParams.get("ca") },
  };
}

/** The host and port of a MySQL server, for people. */
export function serverNameOf(text: string): string {
  const { host, port } = serverAddressOf(text);
  return `${host.includes(":") ? `[${host}]` : host}:${port ?? 3306}`;
}

/** Options of the MySQL driver. Without `verifyIdentity` it accepts a certificate of any host. */
export const mysqlTlsOptionsOf = (
  tls: ServerTls,
): ReturnType<typeof tlsOptionsOf> & { verifyIdentity: boolean } => ({
  ...tlsOptionsOf(tls),
  verifyIdentity: tls.verify,
});

/** Options of Node's TLS. The file is read for each connection pool, because authorities renew their certificates. */
export const tlsOptionsOf = ({ verify, ca }: ServerTls): { rejectUnauthorized: boolean; ca?: string } => ({
  rejectUnauthorized: verify,
  ...(ca === null ? {} : { ca: readFileSync(ca, "utf8") }),
});
