import { config as readEnvFile } from "dotenv";
import { DataSource } from "typeorm";
import { databaseAddress, dataSourceOptions } from "./src/store/dataSource.ts";

readEnvFile({ quiet: true });

/**
 * For the migration commands (`npm run migrate`, `npm run migrate:revert`): the database that the application
 * would use. `DATABASE_URL` is a `mysql://` URL or the path of a SQLite file.
 */
export default new DataSource(
  dataSourceOptions(databaseAddress(process.env["DATABASE_URL"] || "data/phone-proxy.sqlite")),
);
