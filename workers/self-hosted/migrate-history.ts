/**
 * `npm run migrate`: brings the tables of the libSQL at LIBSQL_URL up to date, for installations on Cloudflare, where no
 * supervisor does it. `npm start` does it by itself.
 */
import process from "node:process";
import { Failure, reasonOf } from "./failure.ts";
import { migrate } from "./migrate.ts";

const { LIBSQL_URL: url, LIBSQL_AUTH_TOKEN: authToken } = process.env;
try {
  if (url === undefined || url === "") throw new Failure("LIBSQL_URL is not given", 2);
  await migrate({ url, authToken: authToken || undefined });
  console.log("the history's tables are up to date");
} catch (thrown) {
  console.error(reasonOf(thrown));
  process.exitCode = thrown instanceof Failure ? thrown.exitCode : 1;
}
