import type { Instructions } from "../../../protocol/targets.ts";
import type { RaisedAlarm } from "../alarm/alarm.ts";
import { metBy } from "../conversation/rooms.ts";
import type { Desk } from "../desk.ts";
import { timeOfDay } from "../local-time.ts";
import { detailOf, type NoWay } from "./address-book.ts";
import type { Address, ChannelMessage } from "./channel.ts";
import type { LinkTokens } from "./link-token.ts";
import type { Send } from "./send.ts";
import { type Matter, type Worded, word, wordCode } from "./wording.ts";

/** Where one send goes: one address, or every browser of the person that does not have it yet. */
export interface Composed {
  messages: { message: ChannelMessage; sessionId?: string }[];
}

/** What makes a send needless or impossible at the moment it was to leave. */
export type NotComposed = { cancelled: true } | { failed: NoWay };

/** Instructions for the roles that a person has. */
export const instructionsFor = (all: Instructions | undefined, roleIds: readonly string[]): string[] =>
  (all ?? []).flatMap(({ roleId, text }) => (roleIds.includes(roleId) ? [text] : []));

/** A silent or duress alarm shows itself on no screen that others may see. */
const isQuiet = (alarm: RaisedAlarm): boolean => alarm.silent || alarm.duress === true;

/**
 * Turns a send into messages, with the words and addresses of this moment: whatever changed since it was written down (the
 * alarm ended, the number is another one, the session is over) counts.
 */
export class Composer {
  #desk: Desk;
  #links: LinkTokens;
  #publicUrl: string;

  constructor(desk: Desk, links: LinkTokens, publicUrl: string) {
    this.#desk = desk;
    this.#links = links;
    this.#publicUrl = publicUrl;
  }

  compose(send: Send, now: number): Composed | NotComposed {
    const subject = { id: send.recipient, contact: send.contact };
    const { facts, directory, addresses } = this.#desk;
    const person = send.contact ? directory.contacts.get(send.recipient) : directory.people.get(send.recipient);
    if (facts === undefined || person === undefined) return { failed: "unknown" };
    const alarm = send.alarmId === undefined ? undefined : this.#desk.alarms.open(send.alarmId)?.alarm;
    const calls = send.purpose === "alarm" || send.purpose === "reAlarm";
    if (calls && (alarm === undefined || alarm.end !== undefined || this.#hasAnswered(send)))
      return { cancelled: true };
    // Re-opened since: a stand-down would be a lie.
    if (send.purpose === "standDown" && alarm?.end === undefined) return { cancelled: true };

    // Left, or taken out of it, since.
    const { conversationId } = send.said ?? {};
    const member = send.contact ? undefined : directory.people.get(send.recipient);
    if (
      conversationId !== undefined &&
      (member === undefined || metBy(this.#desk, member, conversationId) === undefined)
    )
      return { cancelled: true };

    const noWay = addresses.noWay(subject, send.channel, now, send.purpose === "verification");
    if (noWay !== undefined) return { failed: noWay };
    const targets = this.#targets(send, now);
    if ("failed" in targets) return targets;
    const worded = this.#word(send, alarm, person);
    const message = {
      sendId: send.sendId,
      purpose: send.purpose,
      locale: person.locale,
      kind: alarm?.kind ?? "actual",
      // A notice has a deadline behind it: a check-in that is due, an alarm that ends by itself.
      urgency: alarm?.urgency ?? (send.purpose === "notice" ? "urgent" : "normal"),
      silent: alarm !== undefined && isQuiet(alarm),
      ...worded,
      ...(this.#hasLink(send) ? { link: this.#linkOf(send, facts.slug) } : {}),
      topic: send.alarmId ?? conversationId ?? send.sendId,
      ttlSeconds: Math.max(0, Math.ceil((send.deadline - now) / 1_000)),
      receiptUrl: `${this.#publicUrl}/v1/${facts.slug}/channel-receipts/${this.#links.make("receipt", send)}`,
    } as const;
    return { messages: targets.map(({ to, ...rest }) => ({ message: { ...message, to }, ...rest })) };
  }

  #targets(send: Send, now: number): { to: Address; sessionId?: string }[] | { failed: NoWay } {
    const { addresses } = this.#desk;
    if (send.channel === "push") {
      const all = send.contact ? [] : addresses.pushAddresses(send.recipient, now);
      if (all.length === 0) return { failed: "noSubscription" };
      return all.filter(({ sessionId }) => send.reached?.includes(sessionId) !== true);
    }
    const detail = detailOf[send.channel];
    const value = addresses.usable({ id: send.recipient, contact: send.contact }, detail);
    if (value === undefined) return { failed: detail === "email" ? "noEmail" : "noNumber" };
    return [{ to: detail === "email" ? { type: "email", address: value } : { type: "phone", number: value } }];
  }

  /** Whoever has answered, by whatever way, need not be called any more. */
  #hasAnswered({ alarmId = "", recipient, contact }: Send): boolean {
    const progress = contact ? undefined : this.#desk.alarms.open(alarmId)?.progress;
    const i = progress?.indexOf.get(recipient);
    return i !== undefined && progress?.answers.has(i) === true;
  }

  /** Contacts are told and cannot answer: they are no recipients of the alarm. A voice reads no link. */
  #hasLink({ purpose, contact, channel }: Send): boolean {
    return (purpose === "alarm" || purpose === "reAlarm") && !contact && channel !== "voice";
  }

  #linkOf(send: Send, slug: string): string {
    return `${this.#publicUrl}/a/${slug}/${this.#links.make("answer", send)}`;
  }

  #word(
    send: Send,
    alarm: RaisedAlarm | undefined,
    person: { locale: "nl" | "en"; roleIds?: readonly string[] },
  ): Worded {
    const { facts } = this.#desk;
    if (facts === undefined) throw new Error("a tenant without facts sends nothing");
    if (send.purpose === "verification") return wordCode(send.channel, person.locale, this.#links.code(send.sendId));
    const linked = this.#hasLink(send);
    const said = send.said ?? { title: alarm?.title ?? "", text: alarm?.message };
    const matter: Matter = {
      purpose: send.purpose,
      organisation: facts.name,
      tenant: facts.slug,
      alarmId: send.alarmId,
      conversationId: send.said?.conversationId,
      kind: alarm?.kind ?? "actual",
      urgency: alarm?.urgency ?? "normal",
      quiet: alarm !== undefined && isQuiet(alarm),
      title: said.title,
      message: said.text === "" ? undefined : said.text,
      instructions: instructionsFor(alarm?.instructions, person.roleIds ?? []),
      time: timeOfDay(alarm?.raisedAt ?? send.createdAt, facts.timeZone, person.locale),
      end: alarm?.end,
      ...(linked ? { link: this.#linkOf(send, facts.slug), token: this.#links.make("answer", send) } : {}),
    };
    return word(send.channel, person.locale, matter);
  }
}
