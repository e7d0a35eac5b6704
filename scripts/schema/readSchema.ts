import type { DataSource } from "typeorm";

/** The schema of a database, in an order that does not depend on how it was created. */
export type DatabaseSchema = Readonly<Record<string, TableSchema>>;

interface TableSchema {
  readonly columns: Readonly<Record<string, string>>;
  readonly indexes: Readonly<Record<string, string>>;
  readonly foreignKeys: readonly string[];
  readonly checks: readonly string[];
  readonly triggers: readonly string[];
  readonly options: string;
}

type Row = Readonly<Record<string, unknown>>;

/** TypeORM's own tables. */
const booksOfTypeorm = new Set(["migrations", "typeorm_metadata", "sqlite_sequence"]);

export async function readSchema(dataSource: DataSource): Promise<DatabaseSchema> {
  const read = dataSource.options.type === "mysql" ? readMysql : readSqlite;
  const query = async (sql: string, parameters: unknown[] = []): Promise<Row[]> => {
    const rows: unknown = await dataSource.query(sql, parameters);
    if (!Array.isArray(rows)) throw new Error("The database answered something other than rows.");
    return rows.filter((row): row is Row => typeof row === "object" && row !== null);
  };
  return read(query);
}

/** One line per difference; empty if both are equal. */
export function differences(
  [leftName, left]: readonly [name: string, schema: DatabaseSchema],
  [rightName, right]: readonly [name: string, schema: DatabaseSchema],
): string[] {
  const lines: string[] = [];
  const compare = (what: string, inLeft: string | undefined, inRight: string | undefined): void => {
    if (inLeft === inRight) return;
    lines.push(`${what}\n  ${leftName}: ${inLeft ?? "missing"}\n  ${rightName}: ${inRight ?? "missing"}`);
  };
  for (const table of namesOf(left, right)) {
    const [a, b] = [left[table], right[table]];
    if (a === undefined || b === undefined) {
      compare(`table ${table}`, a && "exists", b && "exists");
      continue;
    }
    for (const name of namesOf(a.columns, b.columns))
      compare(`column ${table}.${name}`, a.columns[name], b.columns[name]);
    for (const name of namesOf(a.indexes, b.indexes))
      compare(`index ${table}.${name}`, a.indexes[name], b.indexes[name]);
    for (const part of ["foreignKeys", "checks", "triggers"] as const)
      compare(`${part} of ${table}`, a[part].join("; "), b[part].join("; "));
    compare(`options of ${table}`, a.options, b.options);
  }
  return lines;
}

const namesOf = (left: object, right: object): string[] =>
  [...new Set([...Object.keys(left), ...Object.keys(right)])].sort();

type Query = (sql: string, parameters?: unknown[]) => Promise<Row[]>;

const text = (value: unknown): string => {
  if (value === null || value === undefined) return "";
  if (Buffer.isBuffer(value)) return value.toString("utf8");
  return typeof value === "string" ? value : JSON.stringify(value);
};

const words = (...parts: readonly string[]): string => parts.filter((part) => part !== "").join(" ");

/** Ignores quotes, case, and white space. */
const plain = (sql: string): string =>
  sql
    .replace(/["`]/g, "")
    .replace(/\\'/g, "'")
    .replace(/\s+/g, " ")
    .replace(/\s*([(),=])\s*/g, "$1")
    .trim();

async function readMysql(query: Query): Promise<DatabaseSchema> {
  const inThisDatabase = "table_schema = DATABASE()";
  const tables = await query(
    `SELECT table_name AS name, engine AS engine, table_collation AS collation, row_format AS format
     FROM information_schema.tables WHERE ${inThisDatabase} AND table_type = 'BASE TABLE'`,
  );
  const columns = await query(
    `SELECT table_name AS tableName, column_name AS name, column_type AS type, is_nullable AS nullable,
       column_default AS standard, collation_name AS collation, extra AS extra, generation_expression AS expression
     FROM information_schema.columns WHERE ${inThisDatabase}`,
  );
  const indexes = await query(
    `SELECT table_name AS tableName, index_name AS name, MAX(non_unique) AS several, MAX(index_type) AS type,
       GROUP_CONCAT(CONCAT_WS(' ', COALESCE(column_name, expression), sub_part,
         IF(collation = 'D', 'DESC', NULL), IF(is_visible = 'NO', 'invisible', NULL)) ORDER BY seq_in_index) AS columns
     FROM information_schema.statistics WHERE ${inThisDatabase} GROUP BY table_name, index_name`,
  );
  const keys = await query(
    `SELECT k.table_name AS tableName, k.constraint_name AS name,
       GROUP_CONCAT(k.column_name ORDER BY k.ordinal_position) AS columns,
       MAX(k.referenced_table_name) AS target,
       GROUP_CONCAT(k.referenced_column_name ORDER BY k.ordinal_position) AS targetColumns,
       MAX(r.update_rule) AS onUpdate, MAX(r.delete_rule) AS onDelete
     FROM information_schema.key_column_usage k
     JOIN information_schema.referential_constraints r
       ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name
     WHERE k.table_schema = DATABASE() GROUP BY k.table_name, k.constraint_name`,
  );
  const checks = await query(
    `SELECT t.table_name AS tableName, c.constraint_name AS name, c.check_clause AS clause
     FROM information_schema.check_constraints c
     JOIN information_schema.table_constraints t
       ON t.constraint_schema = c.constraint_schema AND t.constraint_name = c.constraint_name
     WHERE c.constraint_schema = DATABASE()`,
  );
  const triggers = await query(
    `SELECT event_object_table AS tableName, trigger_name AS name, action_timing AS timing,
       event_manipulation AS event, action_statement AS statement
     FROM information_schema.triggers WHERE trigger_schema = DATABASE()`,
  );
  const schema: Record<string, TableSchema> = {};
  for (const table of tables) {
    const name = text(table["name"]);
    if (booksOfTypeorm.has(name)) continue;
    const of = (rows: readonly Row[]): Row[] => rows.filter((row) => row["tableName"] === name);
    const lines = (rows: readonly Row[], line: (row: Row) => string): string[] => of(rows).map(line).sort();
    schema[name] = {
      options: words(text(table["engine"]), text(table["collation"]), text(table["format"])),
      columns: Object.fromEntries(of(columns).map((column) => [text(column["name"]), mysqlColumn(column)])),
      indexes: Object.fromEntries(
        of(indexes).map((index) => [
          text(index["name"]),
          words(
            Number(index["several"]) === 0 ? "unique" : "",
            text(index["type"]),
            `(${text(index["columns"])})`,
          ),
        ]),
      ),
      foreignKeys: lines(keys, (key) =>
        words(
          text(key["name"]),
          `(${text(key["columns"])}) → ${text(key["target"])} (${text(key["targetColumns"])})`,
          `update ${text(key["onUpdate"])} delete ${text(key["onDelete"])}`,
        ),
      ),
      checks: lines(checks, (check) => words(text(check["name"]), plain(text(check["clause"])))),
      triggers: lines(triggers, (trigger) =>
        words(
          text(trigger["name"]),
          text(trigger["timing"]),
          text(trigger["event"]),
          plain(text(trigger["statement"])),
        ),
      ),
    };
  }
  return schema;
}

const mysqlColumn = (column: Row): string =>
  words(
    text(column["type"]),
    column["collation"] === null ? "" : text(column["collation"]),
    column["nullable"] === "YES" ? "NULL" : "NOT NULL",
    column["standard"] === null ? "" : `DEFAULT ${text(column["standard"])}`,
    text(column["extra"]),
    text(column["expression"]) === "" ? "" : `AS ${plain(text(column["expression"]))}`,
  );

async function readSqlite(query: Query): Promise<DatabaseSchema> {
  const tables = await query("SELECT name, sql FROM sqlite_master WHERE type = 'table'");
  const triggers = await query(
    "SELECT name, tbl_name AS tableName, sql FROM sqlite_master WHERE type = 'trigger'",
  );
  const schema: Record<string, TableSchema> = {};
  for (const table of tables) {
    const name = text(table["name"]);
    if (booksOfTypeorm.has(name)) continue;
    const sql = plain(text(table["sql"]));
    const definitions = partsOf(sql.slice(sql.indexOf("(") + 1, sql.lastIndexOf(")")));
    const columns = await query("SELECT * FROM pragma_table_xinfo(?)", [name]);
    const keys = await query("SELECT * FROM pragma_foreign_key_list(?)", [name]);
    schema[name] = {
      options: words(
        /\bAUTOINCREMENT\b/i.test(sql) ? "AUTOINCREMENT" : "",
        /\)\s*WITHOUT ROWID$/i.test(sql) ? "WITHOUT ROWID" : "",
        /\)\s*STRICT$/i.test(sql) ? "STRICT" : "",
      ),
      columns: Object.fromEntries(
        columns.map((column) => [text(column["name"]), sqliteColumn(column, definitions)]),
      ),
      indexes: await sqliteIndexes(query, name),
      foreignKeys: keys
        .map((key) =>
          words(
            `(${text(key["from"])}) → ${text(key["table"])} (${text(key["to"])})`,
            `update ${text(key["on_update"])} delete ${text(key["on_delete"])}`,
          ),
        )
        .sort(),
      checks: definitions.filter((definition) => /^(?:CONSTRAINT \w+ )?CHECK\b/i.test(definition)).sort(),
      triggers: triggers
        .filter((trigger) => trigger["tableName"] === name)
        .map((trigger) => plain(text(trigger["sql"])))
        .sort(),
    };
  }
  return schema;
}

/** Parsed from the statement, because `pragma` reports neither the collation nor the expression of a column. */
function sqliteColumn(column: Row, definitions: readonly string[]): string {
  const name = text(column["name"]);
  const definition = definitions.find((part) => part.startsWith(`${name} `)) ?? "";
  return words(
    text(column["type"])
      .toLowerCase()
      .replace(/ generated always$/, ""),
    Number(column["notnull"]) === 1 ? "NOT NULL" : "NULL",
    column["dflt_value"] === null ? "" : `DEFAULT ${text(column["dflt_value"]).replace(/^\((.*)\)$/, "$1")}`,
    Number(column["pk"]) > 0 ? `key ${text(column["pk"])}` : "",
    /\bCOLLATE \w+/i.exec(definition)?.[0] ?? "",
    Number(column["hidden"]) > 1 ? (/\bAS ?\(.*/i.exec(definition)?.[0] ?? "generated") : "",
  );
}

async function sqliteIndexes(query: Query, table: string): Promise<Record<string, string>> {
  const indexes: Record<string, string> = {};
  for (const index of await query("SELECT * FROM pragma_index_list(?)", [table])) {
    const columns = (await query("SELECT * FROM pragma_index_xinfo(?)", [text(index["name"])]))
      .filter((column) => Number(column["key"]) === 1)
      .map((column) =>
        words(
          column["name"] === null ? "expression" : text(column["name"]),
          column["coll"] === "BINARY" ? "" : `COLLATE ${text(column["coll"])}`,
          Number(column["desc"]) === 1 ? "DESC" : "",
        ),
      );
    const [made] = await query("SELECT sql FROM sqlite_master WHERE type = 'index' AND name = ?", [
      text(index["name"]),
    ]);
    const where = /\bWHERE\b.*/i.exec(plain(text(made?.["sql"])))?.[0] ?? "";
    const line = words(Number(index["unique"]) === 1 ? "unique" : "", `(${columns.join(",")})`, where);
    indexes[index["origin"] === "c" ? text(index["name"]) : `(${text(index["origin"])}) ${line}`] = line;
  }
  return indexes;
}

/** Splits at commas outside of brackets and strings. */
function partsOf(body: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let begin = 0;
  for (let at = 0; at < body.length; at += 1) {
    const character = body[at];
    if (character === "'") quoted = !quoted;
    else if (quoted) continue;
    else if (character === "(") depth += 1;
    else if (character === ")") depth -= 1;
    else if (character === "," && depth === 0) {
      parts.push(body.slice(begin, at).trim());
      begin = at + 1;
    }
  }
  parts.push(body.slice(begin).trim());
  return parts;
}
