import fc from "fast-check";

/** One thing that happens to a room. Clients and messages are told by numbers, taken modulo what there is. */
export type RoomAct =
  | { do: "connect"; client: number }
  | { do: "hangUp"; client: number }
  | {
      do: "send";
      client: number;
      text: string;
      replyTo: number | undefined;
      mention: number | undefined;
      killedAfter?: number | undefined;
    }
  | { do: "again"; client: number; message: number }
  | { do: "edit"; client: number; message: number; text: string; killedAfter?: number | undefined }
  | { do: "delete"; client: number; message: number; killedAfter?: number | undefined }
  | { do: "react"; client: number; message: number; emoji: string; on: boolean }
  | { do: "read"; client: number; read: number }
  | { do: "event"; event: number; killedAfter?: number | undefined }
  | { do: "erase"; client: number; killedAfter?: number | undefined }
  | { do: "tamper"; client: number }
  | { do: "wait"; ms: number; killedAfter?: number | undefined }
  | { do: "kill" }
  | { do: "evict" };

const client = fc.nat(4);
const message = fc.nat(200);
const killedAfter = fc.option(fc.nat(30), { nil: undefined, freq: 6 });
const text = fc.string({ minLength: 1, maxLength: 40, unit: "grapheme" }).filter((one) => one.trim() !== "");
const hour = 3_600_000;

const act: fc.Arbitrary<RoomAct> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("connect" as const), client }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("hangUp" as const), client }) },
  {
    weight: 14,
    arbitrary: fc.record({
      do: fc.constant("send" as const),
      client,
      text,
      replyTo: fc.option(message, { nil: undefined }),
      mention: fc.option(client, { nil: undefined }),
      killedAfter,
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("again" as const), client, message }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("edit" as const), client, message, text, killedAfter }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("delete" as const), client, message, killedAfter }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("react" as const),
      client,
      message,
      emoji: fc.constantFrom("👍", "❤️", "🙏🏽"),
      on: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("read" as const), client, read: fc.nat(60) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("event" as const), event: fc.nat(20), killedAfter }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("erase" as const), client, killedAfter }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("tamper" as const), client }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("wait" as const),
      ms: fc.constantFrom(1, 100, 2_500, 3_000, 60_000, 26 * hour, 20 * 24 * hour),
      killedAfter,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("kill" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("evict" as const) }) },
);

export const roomHistories = fc.array(act, { minLength: 5, maxLength: 60 });
