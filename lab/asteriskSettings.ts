import { INBOUND_PROVIDER_HOST, LAB_HOST, OUTBOUND_PROVIDER_HOST, type LabLayout } from "./layout.ts";
import type { LabSecrets } from "./secrets.ts";

export const ARI_USER = "phone-proxy";
export const DATABASE = "phone_proxy";
export const APPLICATION_DATABASE_USER = "phone_proxy";
export const MIGRATIONS_DATABASE_USER = "phone_proxy_migrations";
export const ASTERISK_DATABASE_USER = "asterisk";
export const BENCH_DATABASE_USER = "bench";

/** Values for asterisk/render.sh, by the names of asterisk/settings.env.example. */
export const asteriskSettings = (layout: LabLayout, secrets: LabSecrets): Record<string, string> => ({
  SYSTEM_NAME: "lab",
  INSTALLATION: "lab",
  MAX_CALLS: "2000",
  ARI_BIND_ADDRESS: LAB_HOST,
  ARI_PORT: String(layout.ports.ari),
  ARI_USER,
  ARI_PASSWORD: secrets.ari,
  SIP_BIND_ADDRESS: LAB_HOST,
  SIP_PORT: String(layout.ports.sip),
  RTP_FIRST_PORT: String(layout.ports.rtpFirst),
  RTP_LAST_PORT: String(layout.ports.rtpLast),
  TRUNK_IN_MATCH: INBOUND_PROVIDER_HOST,
  TRUNK_OUT_MATCH: OUTBOUND_PROVIDER_HOST,
  TRUNK_OUT_ADDRESS: `${OUTBOUND_PROVIDER_HOST}:${layout.ports.outboundProvider}`,
  // No periodic OPTIONS: in the lab, the provider is a SIPp process that comes and goes, and a request sent while none
  // is running would mark the next one as unreachable. The code that starts a provider sends OPTIONS itself.
  TRUNK_OUT_QUALIFY_SECONDS: "0",
  MYSQL_HOST: LAB_HOST,
  MYSQL_PORT: String(layout.ports.mysql),
  MYSQL_DATABASE: DATABASE,
  MYSQL_USER: ASTERISK_DATABASE_USER,
  MYSQL_PASSWORD: secrets.mysqlAsterisk,
  LOOKUP_URL: `http://${LAB_HOST}:${layout.ports.application}/lookup`,
});
