import { Kernel } from "../../../actors/kernel/kernel.ts";
import type { Migration } from "../../../actors/kernel/migrations.ts";
import { type Disk, storageOf } from "./disk.ts";

/** The real kernel of one actor over a disk in memory, outside any machine: nobody rings its alarm but the test. */
export const kernelOn = (disk: Disk, name: string, migrations: readonly Migration[] = []): Kernel =>
  new Kernel(
    {
      id: { name },
      storage: storageOf(disk, () => undefined),
      // What fails in it would be an unhandled rejection, which fails the run.
      waitUntil: () => undefined,
      blockConcurrencyWhile: (work: () => Promise<unknown>) => work(),
    } as never,
    {
      OPERATOR_TOKEN: "operator-token-of-the-tests",
      PASSWORD_PEPPER: "password-pepper-of-the-tests",
      PUBLIC_URL: "https://standby.test",
      JURISDICTION: "",
      LIBSQL_URL: "http://history.test",
      REGISTRY: { getByName: () => ({ report: () => Promise.resolve() }) },
    } as never,
    "tnt_1",
    migrations,
  );
