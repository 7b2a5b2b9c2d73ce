import type { RecordType } from "../../../protocol/records.ts";
import type { Environment } from "../../kernel/environment.ts";
import type { RoomMessage } from "../../kernel/room-messages.ts";
import { conversationStub } from "../../kernel/stubs.ts";
import { Carrier } from "../carrier.ts";
import type { Desk } from "../desk.ts";
import { personForRooms } from "./people.ts";

/** A message to a conversation as the outbox keeps it: people by their ids, what they are is read when it is sent. */
export type RoomErrand = { kind: "people"; userIds: string[] } | Exclude<RoomMessage, { kind: "people" }>;

/** What happened to an incident is told to its room this much later: the fan-out of the alarm goes first. ms. */
export const roomLogMs = 1_000;

const told: ReadonlySet<RecordType> = new Set<RecordType>([
  "alarm.raised",
  "alarm.widened",
  "alarm.stepFired",
  "alarm.reAlarmed",
  "alarm.fill",
  "alarm.answered",
  "alarm.stoodDown",
  "alarm.reopened",
  "incident.opened",
  "incident.noted",
  "incident.closed",
  "incident.reopened",
]);

/** Whether the incident's room tells of it. */
export const isToldToRooms = (type: RecordType): boolean => told.has(type);
export const toldTypes: readonly RecordType[] = [...told];

const toMessage = (desk: Desk, errand: RoomErrand): RoomMessage =>
  errand.kind === "people"
    ? { kind: "people", people: errand.userIds.map((userId) => personForRooms(desk, userId)) }
    : errand;

/** Takes messages to the conversations' own actors. */
export const roomErrands = (env: Environment, desk: Desk, tenantId: string): Carrier<RoomErrand, RoomMessage> =>
  new Carrier({
    kernel: desk.kernel,
    tenantId,
    topic: "rooms",
    // A new room is an actor that starts, with tables to make: ten milliseconds. After a storm of alarms there are hundreds of them.
    oneByOne: true,
    toMessages: (_conversationId, errand) => [toMessage(desk, errand)],
    // A new stub each time: one that threw may stay broken (platform.md A5).
    send: (conversationId, messages) => conversationStub(env, tenantId, conversationId).receive(messages),
  });
