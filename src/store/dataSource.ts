import { serverAddressOf } from "./serverUrl.ts";

/** Where the data is. Settings have the same shape. */
export type DatabaseAddress =
  | {
      readonly kind: "mysql";
      readonly url: string;
      /** The account that may change tables, if it is not that of `url`. */
      readonly migrationsUrl?: string;
      readonly poolSize: number;
    }
  | { readonly kind: "sqlite"; readonly file: string };

/** The file of the database; null for a server. */
export const databaseFile = (address: DatabaseAddress): string | null =>
  address.kind === "sqlite" ? address.file : null;

/** The address with a maximum number of connections, if it supports several. */
export const withPoolSize = (address: DatabaseAddress, poolSize: number): DatabaseAddress =>
  address.kind === "mysql" ? { ...address, poolSize } : address;

/** The address with the account that may change tables. */
export const forMigrations = (address: DatabaseAddress): DatabaseAddress =>
  address.kind === "mysql" && address.migrationsUrl !== undefined
    ? { kind: "mysql", url: address.migrationsUrl, poolSize: address.poolSize }
    : address;

/** The address without the account that may change tables. */
export const withoutMigrations = (address: DatabaseAddress): DatabaseAddress =>
  address.kind === "mysql" ? { kind: "mysql", url: address.url, poolSize: address.poolSize } : address;

/** The password of the account; null: the database is a file and has none. */
export const passwordOf = (address: DatabaseAddress): string | null =>
  address.kind === "mysql" ? serverAddressOf(address.url).password : null;
