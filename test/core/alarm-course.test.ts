import { expect, test } from "vitest";
import { type ChannelChange, channelTries } from "../../history/channel-tries.ts";
import { stepStates } from "../../history/step-states.ts";
import { toTime } from "../../protocol/ids.ts";
import type { ChannelState } from "../../protocol/terms.ts";
import { T0 } from "./history-samples.ts";

// How the history reads the course of an alarm from what was recorded: steps and channels (I8). Pure; that the rows come out of
// libSQL whatever the order they went in is history-course.test.ts (system).

const change = (
  state: ChannelState,
  at: number,
  channel: ChannelChange["channel"] = "sms",
  reason: string | null = null,
) => ({
  channel,
  state,
  at: T0 + at,
  reason,
});

test("one try of a channel is one entry, with the state it came to and why", () => {
  const changes = [change("failed", 30, "sms", "number"), change("waiting", 10), change("sent", 20)];
  expect(channelTries(changes)).toEqual([{ channel: "sms", state: "failed", at: toTime(T0 + 30), reason: "number" }]);
});

test("states of one millisecond are in the order in which they follow each other", () => {
  expect(channelTries([change("delivered", 10), change("sent", 10), change("waiting", 10)])).toEqual([
    { channel: "sms", state: "delivered", at: toTime(T0 + 10) },
  ]);
});

test("a channel that is used again is another try, and the tries are in the order they were begun", () => {
  const tries = channelTries([
    change("sent", 10, "push"),
    change("failed", 15, "push", "gone"),
    change("sent", 20, "sms"),
    change("sent", 30, "push"),
    change("delivered", 31, "sms"),
  ]);
  expect(tries.map(({ channel, state }) => [channel, state])).toEqual([
    ["push", "failed"],
    ["sms", "delivered"],
    ["push", "sent"],
  ]);
});

test("a receipt after a failure mends that try; sent twice before any receipt is one try", () => {
  expect(channelTries([change("sent", 1), change("failed", 2, "sms", "late"), change("delivered", 3)])).toEqual([
    { channel: "sms", state: "delivered", at: toTime(T0 + 3) },
  ]);
  expect(channelTries([change("sent", 1), change("sent", 2)])).toHaveLength(1);
});

const planned = [
  { name: "Team leads", afterSeconds: 60 },
  { name: "Neighbours", afterSeconds: 120 },
  { name: "Everybody", afterSeconds: 300 },
];

test("a step waits for its time, is armed after it, and fired when the log says so", () => {
  const fired = [{ step: 0, cause: "time" as const, people: 4, firedAt: T0 + 60_500 }];
  expect(stepStates(planned, fired, T0, T0 + 130_000)).toEqual([
    {
      step: 0,
      name: "Team leads",
      state: "fired",
      dueAt: toTime(T0 + 60_000),
      firedAt: toTime(T0 + 60_500),
      cause: "time",
      people: 4,
    },
    { step: 1, name: "Neighbours", state: "armed", dueAt: toTime(T0 + 120_000) },
    { step: 2, name: "Everybody", state: "waiting", dueAt: toTime(T0 + 300_000) },
  ]);
});

test("a later step by hand skips those before it that had not fired", () => {
  const fired = [{ step: 1, cause: "hand" as const, people: 9, firedAt: T0 + 5_000 }];
  expect(stepStates(planned, fired, T0, T0 + 5_000).map(({ state }) => state)).toEqual(["skipped", "fired", "waiting"]);
});
