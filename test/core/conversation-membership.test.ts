/**
 * Who is in a conversation, and who writes there (T1, T10): the one rule that the tenant and the conversation's own actor go by.
 * Not proved here: that both ask it (test/workerd/conversations.test.ts, chat.test.ts).
 */
import fc from "fast-check";
import { test } from "vitest";
import { belongs, type Listed, mayModerate, mayWrite } from "../../actors/conversation/membership.ts";
import type { RoomFacts, RoomPerson } from "../../actors/kernel/room-messages.ts";
import { pairKey } from "../../actors/tenant/conversation/conversation.ts";
import { ConversationForm, ConversationKind } from "../../protocol/conversation/rooms.ts";
import { Permission } from "../../protocol/people.ts";

const ids = ["x_0000001", "x_0000002", "x_0000003"];
const facts: fc.Arbitrary<RoomFacts> = fc.record({
  form: fc.constantFrom(...ConversationForm.options),
  kind: fc.constantFrom(...ConversationKind.options),
  title: fc.constant("Room"),
  siteId: fc.constantFrom(...ids),
  roleId: fc.constantFrom(...ids),
  incidentId: fc.constantFrom(...ids),
  timeZone: fc.constant("Europe/Amsterdam"),
  createdAt: fc.constant(0),
  closed: fc.boolean(),
  version: fc.constant(1),
});
const person: fc.Arbitrary<RoomPerson> = fc.record(
  {
    userId: fc.constantFrom(...ids),
    permission: fc.constantFrom(...Permission.options),
    roleIds: fc.subarray(ids),
    homeSiteId: fc.constantFrom(...ids),
    enabled: fc.boolean(),
  },
  { requiredKeys: ["userId", "permission", "roleIds", "enabled"] },
);
const listed: fc.Arbitrary<Listed> = fc.constantFrom("member", "guest", undefined);
const leads = ({ permission }: RoomPerson) => permission === "coordinator" || permission === "admin";

const always = (holds: (facts: RoomFacts, person: RoomPerson, listed: Listed) => boolean) =>
  fc.assert(fc.property(facts, person, listed, holds), { numRuns: 2_000 });

test("T10: who is disabled, and what hangs on a wall, is in no conversation, whatever it was listed as", () => {
  always((room, one, how) => (one.enabled && one.permission !== "wallboard") || !belongs(room, one, how));
});

test("T1: nobody is in a conversation of two or a group without being named, not even those who lead", () => {
  always((room, one) => (room.kind !== "direct" && room.kind !== "group") || !belongs(room, one, undefined));
});

test("T1: without being named one is in what is everybody's, of one's site or role, or of those who lead", () => {
  always((room, one) => {
    const reason =
      room.kind === "everyone" ||
      (room.kind === "site" && (leads(one) || one.homeSiteId === room.siteId)) ||
      (room.kind === "role" && one.roleIds.some((roleId) => roleId === room.roleId)) ||
      (room.kind === "incident" && leads(one));
    return belongs(room, one, undefined) === (reason && one.enabled && one.permission !== "wallboard");
  });
});

test("to be named never takes a right away", () => {
  always((room, one, how) => !belongs(room, one, undefined) || belongs(room, one, how));
  always((room, one, how) => !mayWrite(room, one, undefined) || mayWrite(room, one, how));
});

test("nobody writes in what is closed; a note of a site or incident is written by those who lead alone", () => {
  always((room, one, how) => !room.closed || !mayWrite(room, one, how));
  always((room, one, how) => room.form !== "note" || room.kind === "group" || leads(one) || !mayWrite(room, one, how));
  always((room, one) => room.form !== "note" || leads(one) || !mayWrite(room, one, "guest"));
});

test("what others wrote is taken back by those who lead, and never between two", () => {
  always((room, one) => !mayModerate(room, one) || (leads(one) && room.kind !== "direct"));
});

test("two people share one key, whoever asks, and no other two have it", () => {
  const id = fc.stringMatching(/^[A-Za-z0-9_-]{8,40}$/);
  fc.assert(fc.property(id, id, (a, b) => pairKey(a, b) === pairKey(b, a)));
  fc.assert(
    fc.property(id, id, id, id, (a, b, c, d) => {
      const same = (a === c && b === d) || (a === d && b === c);
      return (pairKey(a, b) === pairKey(c, d)) === same;
    }),
  );
});
