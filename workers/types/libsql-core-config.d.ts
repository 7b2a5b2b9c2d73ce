/**
 * Stands in for `@libsql/core/config` (tsconfig.json `paths`). The package's own declaration pulls in all of
 * @types/node, and with it `process`, `Buffer` and `node:fs` would look available in server code (design §7). The only
 * type that `@libsql/client/web` takes from it belongs to a private function.
 */
export type ExpandedConfig = Readonly<Record<string, unknown>>;
