import { type DataSource, MigrationExecutor, type QueryRunner } from "typeorm";

/** Whether migrations have run that this version does not have. */
export async function hasLaterTables(dataSource: DataSource, runner: QueryRunner): Promise<boolean> {
  const known = new Set(dataSource.migrations.map(({ name }) => name));
  const executed = await new MigrationExecutor(dataSource, runner).getExecutedMigrations();
  return executed.some(({ name }) => !known.has(name));
}
