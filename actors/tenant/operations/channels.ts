import type { DeadLetter, Detail, OwnChannel } from "../../../protocol/channels.ts";
import { toTime } from "../../../protocol/ids.ts";
import { pageSize } from "../../../protocol/lists.ts";
import { done, type Outcome, refuse } from "../../../protocol/problems.ts";
import { Channel } from "../../../protocol/terms.ts";
import { detailOf, type Subject } from "../channels/address-book.ts";
import type { Send } from "../channels/send.ts";
import { askFor, tellCode, waitForCode } from "../channels/verification.ts";
import { wayOut } from "../channels/way-out.ts";
import type { Desk, Who } from "../desk.ts";
import { fullName } from "../directory/directory.ts";
import { decodeCursor, encodeCursor, type Operation, wrongCursor } from "./operation.ts";

const self = (who: Who): Subject => ({ id: who.person.userId, contact: false });

const ownChannels = (desk: Desk, who: Who, now: number): { channels: OwnChannel[] } => ({
  channels: Channel.options.map((channel) => {
    const configured = desk.addresses.isConfigured(channel);
    if (channel === "push") {
      const available = desk.addresses.pushAddresses(who.person.userId, now).length > 0;
      // A browser that subscribes proves itself by that.
      return { channel, configured, available, verified: available };
    }
    const detail = detailOf[channel];
    const available = desk.addresses.usable(self(who), detail) !== undefined;
    return { channel, configured, available, verified: available && desk.addresses.isProven(self(who), detail) };
  }),
});

export const getOwnChannels: Operation<"getOwnChannels"> = (desk, who, _input, now) =>
  done(ownChannels(desk, who, now));

/** A telephone gets its code as a text where there is a provider for it, else by voice. */
const channelFor = (desk: Desk, detail: Detail): Channel =>
  detail === "email" ? "email" : desk.addresses.isConfigured("sms") ? "sms" : "voice";

/**
 * Sends a code to an address of somebody. Refused: conflict when there is nothing to prove or no way to do it, rate_limited when
 * codes were asked for too often.
 */
export const sendCode = (desk: Desk, subject: Subject, detail: Detail, now: number): Outcome<unknown> => {
  const written = desk.addresses.written(subject, detail);
  if (written === undefined)
    return refuse("conflict", `there is no ${detail === "email" ? "e-mail address" : "number"}`);
  if (desk.addresses.usable(subject, detail) === undefined)
    return refuse("conflict", "write the number with its country, such as +31 6 12345678");
  if (desk.addresses.isProven(subject, detail)) return refuse("conflict", "this is verified already");
  const channel = channelFor(desk, detail);
  if (!desk.addresses.isConfigured(channel)) return refuse("conflict", "this installation has no provider for it");
  const before = desk.codes.find(subject.id, detail);
  const wait = waitForCode(before, now);
  if (wait > 0) return { ok: false, refusal: { code: "rate_limited", retryAfter: Math.ceil(wait / 1_000) } };
  const whom = subject.contact ? { contactId: subject.id } : { userId: subject.id };
  const { sendIds } = desk.sends.enqueue([{ ...whom, purpose: "verification", channel, ttlSeconds: 600 }], now);
  const [sendId] = sendIds;
  if (sendId === undefined) return refuse("conflict", "this cannot be reached");
  const asked = askFor(before, written, sendId, now);
  desk.codes.save(subject.id, detail, asked);
  return done({ detail, expiresAt: toTime(asked.expiresAt) });
};

/** Takes a code. Refused: invalid for a wrong one, expired when it cannot become right any more. */
export const takeCode = (
  desk: Desk,
  who: Who,
  subject: Subject,
  { detail, code }: { detail: Detail; code: string },
  now: number,
): Outcome<null> => {
  const asked = desk.codes.find(subject.id, detail);
  const right = asked !== undefined && desk.codes.isRight(asked, code);
  const told = tellCode(asked, desk.addresses.written(subject, detail), right, now);
  if (told.is === "over") return refuse("expired");
  if (told.is === "wrong") {
    desk.codes.save(subject.id, detail, told.asked);
    return refuse("invalid", undefined, [{ path: "code", message: "is not the code" }]);
  }
  desk.codes.remove(subject.id, detail);
  desk.addresses.prove(subject, detail, asked?.value ?? "", now);
  const by = { type: "user", id: who.person.userId } as const;
  desk.record("detail.verified", subject.id, now, by, { subjectId: subject.id, detail }, who.ip);
  return done(null);
};

export const createVerification: Operation<"createVerification"> = (desk, who, { body }, now) =>
  sendCode(desk, self(who), body.detail, now);

export const confirmVerification: Operation<"confirmVerification"> = (desk, who, { body }, now) => {
  const taken = takeCode(desk, who, self(who), body, now);
  return taken.ok ? done(ownChannels(desk, who, now)) : taken;
};

/** The browser that this session runs in. Its address comes from the browser's maker, so it may only lead to the internet (T19). */
export const putPushSubscription: Operation<"putPushSubscription", { privateHosts: string[] }> = (
  desk,
  who,
  { body, privateHosts },
  now,
) => {
  if (wayOut(body.endpoint, new Set(privateHosts)).way === "none")
    return refuse("invalid", undefined, [{ path: "endpoint", message: "is not the address of a push service" }]);
  const { p256dh, auth } = body.keys;
  desk.addresses.subscribe(who.session.sessionId, who.person.userId, { endpoint: body.endpoint, p256dh, auth }, now);
  return done(null);
};

export const deletePushSubscription: Operation<"deletePushSubscription"> = (desk, who) => {
  desk.addresses.unsubscribe(who.session.sessionId);
  return done(null);
};

export const listChannels: Operation<"listChannels"> = (desk) => {
  const counts = desk.sends.counts();
  return done({
    channels: Channel.options.map((channel) => {
      const provider = desk.addresses.providerOf(channel);
      return {
        channel,
        configured: provider !== undefined,
        ...(provider === undefined ? {} : { provider }),
        counts: counts.get(channel) ?? {},
      };
    }),
  });
};

const nameOf = (desk: Desk, { recipient, contact }: Send): string => {
  if (contact) return desk.directory.contacts.get(recipient)?.name ?? "";
  const person = desk.directory.people.get(recipient);
  return person === undefined ? "" : fullName(person);
};

const showDeadLetter = (desk: Desk, send: Send): DeadLetter => ({
  sendId: send.sendId,
  ...(send.alarmId === undefined ? {} : { alarmId: send.alarmId }),
  purpose: send.purpose,
  channel: send.channel,
  ...(send.contact ? { contactId: send.recipient } : { userId: send.recipient }),
  name: nameOf(desk, send),
  reason: send.reason ?? "failed",
  attempts: send.attempts,
  createdAt: toTime(send.createdAt),
  failedAt: toTime(send.changedAt),
});

/** The cursor of the list: the last one shown, by time and id. */
const readCursor = (cursor: string): { createdAt: number; sendId: string } | undefined => {
  const [at = "", sendId = ""] = (decodeCursor(cursor) ?? "").split(".");
  return /^\d{1,16}$/.test(at) && sendId !== "" ? { createdAt: Number(at), sendId } : undefined;
};

export const listDeadLetters: Operation<"listDeadLetters"> = (desk, _who, { query }) => {
  const before = query.cursor === undefined ? undefined : readCursor(query.cursor);
  if (query.cursor !== undefined && before === undefined) return wrongCursor();
  const size = pageSize(query);
  const found = desk.sends.deadLetters(before, size + 1);
  const shown = found.slice(0, size);
  const last = shown.at(-1);
  return done({
    items: shown.map((send) => showDeadLetter(desk, send)),
    ...(found.length > size && last !== undefined
      ? { nextCursor: encodeCursor(`${last.createdAt}.${last.sendId}`) }
      : {}),
  });
};
