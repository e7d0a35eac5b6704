/** Where the data is. Settings have the same shape. */
export type DatabaseAddress =
  | { readonly kind: "mysql"; readonly url: string; readonly poolSize: number }
  | { readonly kind: "sqlite"; readonly file: string };

/** The file of the database; null where a server keeps it. */
export const databaseFile = (address: DatabaseAddress): string | null =>
  address.kind === "sqlite" ? address.file : null;

/** As the address, with so many connections at most where there are several. */
export const withPoolSize = (address: DatabaseAddress, poolSize: number): DatabaseAddress =>
  address.kind === "mysql" ? { ...address, poolSize } : address;
