import type { AnswerLink, LinkAnswer, LinkAnswered } from "../../../protocol/channels.ts";
import { toTime } from "../../../protocol/ids.ts";
import { limits } from "../../../protocol/limits.ts";
import { done, type Outcome, refuse } from "../../../protocol/problems.ts";
import type { Channel } from "../../../protocol/terms.ts";
import type { OpenedAlarm } from "../alarm/alarm-store.ts";
import { courseChanged } from "../alarm/course.ts";
import { type ReceiptRow, stateAt } from "../alarm/progress.ts";
import { answerAlarm } from "../answers.ts";
import type { Desk } from "../desk.ts";
import type { Person } from "../directory/directory.ts";
import type { ProviderReceipt } from "./channel.ts";
import { instructionsFor } from "./compose.ts";
import { hear, type Send } from "./send.ts";

/** What stands where a device's id stands when somebody answers without one. */
export const deviceOf = (channel: Channel): string => `channel-${channel}`;

interface OpenLink {
  send: Send;
  opened: OpenedAlarm;
  person: Person;
  i: number;
}

/**
 * The link of a send, while it lives: until the first answer by it, the end of the alarm, or an hour after it was written. All
 * others (used, old, never made) are answered alike.
 */
const openLink = (desk: Desk, sendId: string, now: number): OpenLink | undefined => {
  const send = desk.sends.find(sendId);
  if (send?.alarmId === undefined || send.contact || send.answered) return undefined;
  if (send.purpose !== "alarm" && send.purpose !== "reAlarm") return undefined;
  if (now >= send.createdAt + limits.answerLinkMs) return undefined;
  const opened = desk.alarms.open(send.alarmId);
  const person = desk.directory.people.get(send.recipient);
  const i = opened?.progress.indexOf.get(send.recipient);
  if (opened === undefined || opened.alarm.end !== undefined || i === undefined) return undefined;
  return person === undefined || !person.enabled ? undefined : { send, opened, person, i };
};

/** What the link shows. Looking uses nothing up and counts as nothing: mail scanners look at every link before a person does. */
export const showLink = (desk: Desk, sendId: string, now: number): Outcome<AnswerLink> => {
  const link = openLink(desk, sendId, now);
  if (link === undefined) return refuse("expired");
  const { alarm, progress } = link.opened;
  const instructions = instructionsFor(alarm.instructions, link.person.roleIds);
  return done({
    organisation: desk.facts?.name ?? "",
    title: alarm.title,
    ...(alarm.message === undefined ? {} : { message: alarm.message }),
    ...(instructions.length === 0 ? {} : { instructions }),
    kind: alarm.kind,
    raisedAt: toTime(alarm.raisedAt),
    timeZone: desk.facts?.timeZone ?? "UTC",
    locale: link.person.locale,
    state: stateAt(progress, link.i),
  });
};

/** Answers the alarm, and ends the link. The same answer by another way of the same person stays what it was. */
export const answerByLink = (
  desk: Desk,
  sendId: string,
  answer: LinkAnswer,
  now: number,
): Outcome<LinkAnswered & { locale: "nl" | "en"; kind: AnswerLink["kind"] }> => {
  const link = openLink(desk, sendId, now);
  if (link === undefined) return refuse("expired");
  const { send, opened, person } = link;
  const accepted = answerBy(desk, send, answer, now);
  if (!accepted.ok) return refuse("expired");
  desk.sends.save([{ before: send, after: { ...hear(send, { state: "delivered" }, now), answered: true } }], now);
  return done({
    response: answer.response,
    respondedAt: toTime(accepted.value.at),
    locale: person.locale,
    kind: opened.alarm.kind,
  });
};

const answerBy = (desk: Desk, { alarmId = "", recipient, channel }: Send, answer: LinkAnswer, now: number) => {
  const { response, etaMinutes, text } = answer;
  const facts = { alarmId, userId: recipient, deviceId: deviceOf(channel), response, etaMinutes, text };
  const accepted = answerAlarm(desk, facts, now);
  // Whoever has answered need not be called any more by what still waits for its turn.
  if (accepted.ok) desk.sends.cancel(alarmId, now, [recipient]);
  return accepted;
};

/** Something heard of a send: from its provider, or from the service worker that holds its link. */
export type Heard =
  | { sendId: string; from: "provider"; receipt: ProviderReceipt }
  | { sendId: string; from: "link"; what: "received" | "seen" };

/**
 * Takes many of them in one transaction and one record an alarm. Twice is harmless. A provider's `delivered` of an SMS or a call
 * is the handset's own word, so the person has received the alarm; that a mailbox or a push service took something is no such
 * word.
 *
 * @returns for each whether its link still lives; a provider is never told
 */
export const hearAll = (desk: Desk, heard: readonly Heard[], now: number): Outcome<null>[] => {
  const receipts = new Map<string, ReceiptRow[]>();
  const note = ({ alarmId = "", recipient, channel }: Send, what: "received" | "seen") => {
    const rows = receipts.get(alarmId) ?? [];
    rows.push([recipient, deviceOf(channel), what, now]);
    receipts.set(alarmId, rows);
  };
  const outcomes = heard.map((one): Outcome<null> => {
    if (one.from === "link") {
      const link = openLink(desk, one.sendId, now);
      if (link === undefined) return refuse("expired");
      note(link.send, one.what);
      desk.sends.save([{ before: link.send, after: hear(link.send, { state: "delivered" }, now) }], now);
      return done(null);
    }
    const send = desk.sends.find(one.sendId);
    if (send === undefined) return done(null);
    const after = hear(send, one.receipt, now);
    const calls = send.purpose === "alarm" || send.purpose === "reAlarm";
    const spoken = send.channel === "sms" || send.channel === "voice";
    if (calls && spoken && !send.contact && one.receipt.state === "delivered") note(send, "received");
    const { pressed } = one.receipt;
    const answered =
      pressed !== undefined &&
      openLink(desk, one.sendId, now) !== undefined &&
      answerBy(desk, send, { response: pressed }, now).ok;
    desk.sends.save([{ before: send, after: answered ? { ...after, answered: true } : after }], now);
    return done(null);
  });
  for (const [alarmId, rows] of receipts) takeReceipts(desk, alarmId, rows, now);
  return outcomes;
};

const takeReceipts = (desk: Desk, alarmId: string, rows: ReceiptRow[], now: number): void => {
  const opened = desk.alarms.open(alarmId);
  if (opened === undefined) return;
  const changed = desk.alarms.addPiece(opened, { receipts: rows });
  if (changed.length === 0) return;
  const written = rows.map((row): [string, string, "received" | "seen", number] => [...row]);
  desk.record("alarm.receipts", alarmId, now, { type: "system", id: "channels" }, { alarmId, rows: written });
  desk.alarmChanged(alarmId, changed, false);
  courseChanged(desk, opened, now);
};
