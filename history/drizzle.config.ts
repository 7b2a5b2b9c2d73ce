import { defineConfig } from "drizzle-kit";

/** `drizzle-kit generate --config history/drizzle.config.ts`, from the project's root; then read the SQL it made. */
export default defineConfig({
  dialect: "turso",
  schema: "./history/schema.ts",
  out: "./history/migrations",
});
