import fc from "fast-check";
import { expect, test, vi } from "vitest";

// Proves I1, I4, P18 and T20 for chats over random histories: the real ConversationActor in one process that is killed at any point
// at which a transaction writes, with four people who talk, follow the document, lose their lines, are erased and tamper with
// it, over months. What SQLite on a disk does in a kill is test/system's, and what workerd does test/workerd's.
// `FC_SEED` repeats a run, `FC_ROOMS` makes it longer or shorter.

vi.mock("../../../../actors/kernel/ids.ts", () => import("../ids.ts"));
vi.mock("../../../../history/sink.ts", () => import("../record-sink.ts"));
vi.mock("../../../../history/client.ts", () => import("../record-sink.ts"));
const { liveRoom, roomTally } = await import("./live-room.ts");
const { roomHistories } = await import("./room-history.ts");

const runs = Number(process.env.FC_ROOMS ?? 500);
const seed = Number(process.env.FC_SEED ?? Date.now() % 1_000_000_000);
const lived = ["messages", "kills", "evict", "erasedTexts", "edit", "delete", "react", "tamper", "calls", "event"];

test("I1 I4 P18 T20: every history of a chat keeps every promise", async () => {
  console.log(`histories of chats: ${runs}, FC_SEED=${seed}`);
  await fc.assert(fc.asyncProperty(roomHistories, liveRoom), { seed, numRuns: runs });
  console.log(JSON.stringify(roomTally));
  if (runs >= 500) for (const what of lived) expect(roomTally[what], what).toBeGreaterThan(runs / 200);
}, 600_000);
