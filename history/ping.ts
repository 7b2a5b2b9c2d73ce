import type { History } from "./client.ts";
import { events } from "./schema.ts";
import { reach } from "./unavailable.ts";

/** Resolves when libSQL answers and has its tables; throws HistoryUnavailable otherwise. */
export const pingHistory = async (history: History): Promise<void> => {
  await reach(() => history.select({ eventId: events.eventId }).from(events).limit(1));
};
