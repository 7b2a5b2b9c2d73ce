import { env, exports } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { SiteActor } from "../../actors/site/site-actor.ts";

test("probe", async () => {
  const spy = vi.spyOn(SiteActor.prototype, "receive").mockImplementation(async () => { await Promise.reject(new Error("no")); });
  const stub = env.SITES.getByName("tnt_12345678.roaming");
  try { await stub.receive([]); } catch (e) { console.log("caught", String(e)); }
  spy.mockRestore();
});
