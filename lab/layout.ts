import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** The lab's folders, addresses, and ports. */
export interface LabLayout {
  /** Contains all of the lab's files. */
  readonly directory: string;
  /** The lab's root folder: Debian sid with Asterisk, MySQL, Redis, and SIPp. */
  readonly root: string;
  /** One file for each running process, see process.ts. */
  readonly state: string;
  readonly logs: string;
  readonly ports: LabPorts;
}

interface LabPorts {
  /** Asterisk's HTTP server with ARI. */
  readonly ari: number;
  /** Asterisk's SIP port (UDP). */
  readonly sip: number;
  /** First and last UDP port of Asterisk's RTP. */
  readonly rtpFirst: number;
  readonly rtpLast: number;
  /** UDP port of the outbound provider, which has its own loopback address. */
  readonly outboundProvider: number;
  readonly mysql: number;
  readonly redis: number;
  /** Port of the application under test, to which the dialplan's fallback sends its lookups. */
  readonly application: number;
}

/** Default port and environment variable of each port. */
export const portSettings = {
  ari: { setting: "PHONE_PROXY_LAB_ARI_PORT", port: 18088 },
  sip: { setting: "PHONE_PROXY_LAB_SIP_PORT", port: 15060 },
  rtpFirst: { setting: "PHONE_PROXY_LAB_RTP_FIRST_PORT", port: 20000 },
  rtpLast: { setting: "PHONE_PROXY_LAB_RTP_LAST_PORT", port: 29999 },
  outboundProvider: { setting: "PHONE_PROXY_LAB_PROVIDER_PORT", port: 15080 },
  mysql: { setting: "PHONE_PROXY_LAB_MYSQL_PORT", port: 13306 },
  redis: { setting: "PHONE_PROXY_LAB_REDIS_PORT", port: 16379 },
  application: { setting: "PHONE_PROXY_LAB_APPLICATION_PORT", port: 18090 },
} as const satisfies Record<keyof LabPorts, { setting: string; port: number }>;

/** Asterisk, MySQL and Redis listen here. */
export const LAB_HOST = "127.0.0.1";
/**
 * Each SIP provider has its own loopback address, because Asterisk identifies a trunk by the source address of a
 * request.
 */
export const INBOUND_PROVIDER_HOST = "127.0.0.3";
export const OUTBOUND_PROVIDER_HOST = "127.0.0.2";

type Environment = Readonly<Record<string, string | undefined>>;

const portOf = (environment: Environment, { setting, port }: { setting: string; port: number }): number => {
  const given = environment[setting];
  if (given === undefined || given === "") return port;
  const number = Number(given);
  if (!Number.isInteger(number) || number < 1024 || number > 65535)
    throw new RangeError(`${setting} must be a port from 1024 to 65535, not "${given}".`);
  return number;
};

/** Reads `PHONE_PROXY_LAB_DIR` and the port settings, which all have defaults. Throws a RangeError for a bad port. */
export const labLayout = (environment: Environment = process.env): LabLayout => {
  const cache = environment["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  const directory = resolve(environment["PHONE_PROXY_LAB_DIR"] || join(cache, "phone-proxy", "lab"));
  return {
    directory,
    root: join(directory, "root"),
    state: join(directory, "state"),
    logs: join(directory, "logs"),
    ports: {
      ari: portOf(environment, portSettings.ari),
      sip: portOf(environment, portSettings.sip),
      rtpFirst: portOf(environment, portSettings.rtpFirst),
      rtpLast: portOf(environment, portSettings.rtpLast),
      outboundProvider: portOf(environment, portSettings.outboundProvider),
      mysql: portOf(environment, portSettings.mysql),
      redis: portOf(environment, portSettings.redis),
      application: portOf(environment, portSettings.application),
    },
  };
};

/** The file in which the lab's Asterisk writes a line for every call. */
export const callFile = (): string => join(labLayout().root, "var/spool/asterisk/calls/calls.csv");
