import type { Settings } from "../../config/types.ts";
import { ownUrl } from "../ops/ownUrl.ts";

/**
 * The values for `asterisk/render.sh` with the names and addresses of this installation. Passwords stay where they are: the
 * text is shown on a page.
 */
export function asteriskSnippet({
  asterisk,
  database,
  calls,
  http,
  node,
}: Pick<Settings, "asterisk" | "database" | "calls" | "http" | "node">): string {
  const [server] = asterisk.servers;
  const ari = new URL(server?.url ?? "http://127.0.0.1:8088");
  return [
    `SYSTEM_NAME=${server?.name ?? "asterisk-1"}`,
    `INSTALLATION=${node.name.replaceAll(/[^\w.-]/g, "-")}`,
    "",
    `ARI_BIND_ADDRESS=${ari.hostname}`,
    `ARI_PORT=${ari.port || "80"}`,
    `ARI_USER=${server?.username ?? "phone-proxy"}`,
    "# The value of ASTERISK_PASSWORD.",
    "ARI_PASSWORD=",
    "",
    "# The address that your providers can reach, and theirs.",
    "SIP_BIND_ADDRESS=",
    "TRUNK_IN_MATCH=",
    "TRUNK_OUT_MATCH=",
    "TRUNK_OUT_ADDRESS=",
    "",
    ...databaseLines(database),
    `LOOKUP_URL=${ownUrl(http)}/lookup`,
    "",
    "# In pjsip.conf, the endpoints have these names:",
    ...calls.inboundTrunks.map(
      ({ name }) => `# calls arrive on ${name}: context = incoming, set_var = TRUNK_IN=${name}`,
    ),
    ...calls.trunks.map(({ name }) => `# calls leave on ${name}`),
  ].join("\n");
}

function databaseLines(database: Settings["database"]): readonly string[] {
  if (!("url" in database))
    return ["# The data is in SQLite, so without a controller Asterisk asks LOOKUP_URL only."];
  const { hostname, port, pathname } = new URL(database.url);
  return [
    `MYSQL_HOST=${hostname}`,
    `MYSQL_PORT=${port || "3306"}`,
    `MYSQL_DATABASE=${decodeURIComponent(pathname.slice(1))}`,
    "MYSQL_USER=asterisk",
    "MYSQL_PASSWORD=",
  ];
}
