import Database from "libsql";

/**
 * libsql mistakes a single null or bytes parameter for an object of named parameters, and fails. In a list it
 * works.
 */
export class SqliteDriver extends Database {
  // The class has its type parameter in one place too.
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters
  override prepare<Parameters extends unknown[] | object = unknown[]>(source: string) {
    const statement = super.prepare<Parameters>(source);
    for (const name of ["run", "all"]) passParametersAsList(statement, name);
    return statement;
  }
}

function passParametersAsList(statement: object, name: string): void {
  const method: unknown = Reflect.get(statement, name);
  if (typeof method !== "function") throw new TypeError(`A statement of SQLite has no ${name}.`);
  Reflect.set(statement, name, (...parameters: unknown[]): unknown =>
    Reflect.apply(method, statement, [parameters]),
  );
}
