import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";

// What every actor's design leans on: the platform may drop the instance at any moment, and its SQLite stays. It does
// not prove that rows survive a killed process; test/system does.
test.each(["REGISTRY", "TENANTS", "SITES"] as const)(
  "an evicted object of %s keeps its rows and not its memory",
  async (binding) => {
    const namespace: DurableObjectNamespace = env[binding];
    const stub = namespace.getByName("tnt_eviction.sit_eviction");
    const before = await runInDurableObject(stub, (instance, state) => {
      state.storage.sql.exec("CREATE TABLE eviction_probe (word TEXT NOT NULL)");
      state.storage.sql.exec("INSERT INTO eviction_probe VALUES ('kept')");
      return instance;
    });

    await evictDurableObject(stub);

    await runInDurableObject(stub, (instance, state) => {
      expect(instance).not.toBe(before);
      expect(state.storage.sql.exec("SELECT word FROM eviction_probe").one()).toEqual({ word: "kept" });
    });
  },
);
