import type { Driver } from "./driver.ts";
import type { Providers } from "./providers.ts";

export const endOf = async (driver: Driver, _outside: Providers): Promise<void> => {
  const { machine } = driver.world;
  driver.mend();
  await machine.advance(60_000);
  driver.auditor.read();
};
