/** Where the data is. Settings have the same shape. */
export type DatabaseAddress =
  | { readonly kind: "mysql"; readonly url: string; readonly poolSize: number }
  | { readonly kind: "sqlite"; readonly file: string };

/** The file of the database; null for a server. */
export const databaseFile = (address: DatabaseAddress): string | null =>
  address.kind === "sqlite" ? address.file : null;

/** The address with a maximum number of connections, if it supports several. */
export const withPoolSize = (address: DatabaseAddress, poolSize: number): DatabaseAddress =>
  address.kind === "mysql" ? { ...address, poolSize } : address;
