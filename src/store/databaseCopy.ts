import type { DatabaseAddress } from "./dataSource.ts";
import type { DatabaseCopy } from "./databaseCopyType.ts";
import { createMysqlCopy } from "./mysqlCopy.ts";
import { createSqliteCopy } from "./sqliteCopy.ts";

/** @param scratch a private folder for temporary files, which the caller removes. */
export const databaseCopy = (address: DatabaseAddress, scratch: string): DatabaseCopy =>
  address.kind === "sqlite" ? createSqliteCopy(address.file, scratch) : createMysqlCopy(address.url, scratch);
