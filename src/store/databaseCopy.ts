import type { DatabaseAddress } from "./dataSource.ts";
import type { DatabaseCopy } from "./databaseCopyType.ts";
import { createMysqlCopy } from "./mysqlCopy.ts";
import { createSqliteCopy } from "./sqliteCopy.ts";

/**
 * @param scratch a private folder for temporary files, which the caller removes
 * @param readUrl MySQL: the same database for the account that reads it, if that is another one
 */
export const databaseCopy = (
  address: DatabaseAddress,
  scratch: string,
  readUrl: string | null = null,
): DatabaseCopy =>
  address.kind === "sqlite"
    ? createSqliteCopy(address.file, scratch)
    : createMysqlCopy(address.url, scratch, readUrl ?? address.url);
