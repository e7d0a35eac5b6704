import {
  APPLICATION_DATABASE_USER,
  ARI_USER,
  DATABASE,
  MIGRATIONS_DATABASE_USER,
} from "./asteriskSettings.ts";
import { INBOUND_PROVIDER_HOST, LAB_HOST, type LabLayout, OUTBOUND_PROVIDER_HOST } from "./layout.ts";
import type { LabSecrets } from "./secrets.ts";

/** Addresses and passwords of the lab's parts. */
export interface LabAddresses {
  readonly ari: { readonly url: string; readonly username: string; readonly password: string };
  /** Asterisk's SIP address, UDP. */
  readonly sip: { readonly host: string; readonly port: number };
  /** Requests from this address, at any port, belong to `trunk-in`. */
  readonly inboundProvider: { readonly host: string };
  /** `trunk-out` sends its calls here. */
  readonly outboundProvider: { readonly host: string; readonly port: number };
  readonly mysql: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly password: string;
    readonly database: string;
    /** `mysql://user:password@host:port/database` */
    readonly url: string;
    /** The same database for the account that may change its tables. */
    readonly migrationsUrl: string;
  };
  readonly redis: { readonly host: string; readonly port: number; readonly url: string };
  /** The dialplan's fallback requests `http://host:port/lookup/real/NUMBER`. Run the application at this port. */
  readonly application: { readonly host: string; readonly port: number };
}

export const addressesOf = (layout: LabLayout, secrets: LabSecrets): LabAddresses => {
  const { ports } = layout;
  const mysql = {
    host: LAB_HOST,
    port: ports.mysql,
    user: APPLICATION_DATABASE_USER,
    password: secrets.mysqlApplication,
    database: DATABASE,
  };
  return {
    ari: { url: `http://${LAB_HOST}:${ports.ari}`, username: ARI_USER, password: secrets.ari },
    sip: { host: LAB_HOST, port: ports.sip },
    inboundProvider: { host: INBOUND_PROVIDER_HOST },
    outboundProvider: { host: OUTBOUND_PROVIDER_HOST, port: ports.outboundProvider },
    mysql: {
      ...mysql,
      url: `mysql://${mysql.user}:${mysql.password}@${mysql.host}:${mysql.port}/${mysql.database}`,
      migrationsUrl: `mysql://${MIGRATIONS_DATABASE_USER}:${secrets.mysqlMigrations}@${mysql.host}:${mysql.port}/${mysql.database}`,
    },
    redis: { host: LAB_HOST, port: ports.redis, url: `redis://${LAB_HOST}:${ports.redis}` },
    application: { host: LAB_HOST, port: ports.application },
  };
};
