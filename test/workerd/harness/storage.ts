import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import type { ConversationActor } from "../../../actors/conversation/conversation-actor.ts";
import type { RegistryActor } from "../../../actors/registry/registry-actor.ts";
import type { SiteActor } from "../../../actors/site/site-actor.ts";
import type { TenantActor } from "../../../actors/tenant/tenant-actor.ts";

/** The stub of any actor; the plugin asks for the class behind one, which does not matter here. */
export type AnyStub =
  | DurableObjectStub<TenantActor>
  | DurableObjectStub<SiteActor>
  | DurableObjectStub<RegistryActor>
  | DurableObjectStub<ConversationActor>;

type Rows = Record<string, ArrayBuffer | string | number | null>[];

/** Rows of an actor's own SQLite. */
export const query = (stub: AnyStub, sql: string, ...bindings: (string | number | null)[]): Promise<Rows> =>
  runInDurableObject(stub as DurableObjectStub<SiteActor>, (_, state) =>
    state.storage.sql.exec(sql, ...bindings).toArray(),
  );

/** Makes the named timers due and runs the object's alarm, in place of waiting for them. */
export const fireTimers = async (stub: AnyStub, like = "%"): Promise<void> => {
  await runInDurableObject(stub as DurableObjectStub<SiteActor>, async (_, state) => {
    state.storage.sql.exec("UPDATE timers SET due_at = 1 WHERE name LIKE ?", like);
    await state.storage.setAlarm(Date.now() + 3_600_000);
  });
  await runDurableObjectAlarm(stub);
};

/** Ends the object in the middle of whatever it does, as a killed process would: nothing of its memory is left. */
export const kill = async (stub: AnyStub): Promise<void> => {
  await runInDurableObject(stub as DurableObjectStub<SiteActor>, (_, state) => state.abort("killed by a test")).catch(
    () => undefined,
  );
};
