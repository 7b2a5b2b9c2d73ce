import type { Channel } from "../../../protocol/terms.ts";
import { hmac, sameText } from "../../kernel/hashes.ts";

/**
 * Addresses that work without log-in: the answer link of a message, and where its provider posts receipts. Both are made from
 * the id of the send (96 random bits) and a seal of 132 bits that only this installation can make, so nothing of them is
 * stored: whoever reads the database has no link, a try after a crash carries the same link as the one before, and the edge
 * refuses invented ones without waking an actor (T13, T21). The use is part of the seal: a provider cannot answer for a person.
 */
export interface LinkedSend {
  sendId: string;
  channel: Channel;
}

const letters: Record<Channel, string> = { push: "p", sms: "s", voice: "v", email: "e" };
const channels = new Map(Object.entries(letters).map(([channel, letter]) => [letter, channel as Channel]));

const prefix = "snd_";
const form = /^([psve])([A-Za-z0-9_-]{16})([A-Za-z0-9_-]{22})$/;

export type LinkUse = "answer" | "receipt";

/** How answer links and receipt addresses are made and read in one tenant. */
export class LinkTokens {
  #pepper: string;
  #tenantId: string;

  constructor(pepper: string, tenantId: string) {
    this.#pepper = pepper;
    this.#tenantId = tenantId;
  }

  /** The token of a link: 39 characters, so that it fits into a text message. */
  make(use: LinkUse, { sendId, channel }: LinkedSend): string {
    return letters[channel] + sendId.slice(prefix.length) + this.#seal(use, channel, sendId);
  }

  /** The send that a link is of, or undefined when it was not made here for this tenant and this use. */
  read(use: LinkUse, token: string): LinkedSend | undefined {
    const [, letter = "", random = "", seal = ""] = form.exec(token) ?? [];
    const channel = channels.get(letter);
    const sendId = prefix + random;
    if (channel === undefined || !sameText(seal, this.#seal(use, channel, sendId))) return undefined;
    return { sendId, channel };
  }

  /** The six digits that prove an address: made from the send's id like a link, so there is no code to be read in any table. */
  code(sendId: string): string {
    const text = hmac(this.#pepper, `standby code v1|${this.#tenantId}|${sendId}`);
    let number = 0;
    // The remainder of 48 bits by a million favours no code by more than one in 280 million.
    for (const letter of text.slice(0, 8)) number = number * 64 + base64url.indexOf(letter);
    return String(number % 1_000_000).padStart(6, "0");
  }

  #seal(use: LinkUse, channel: Channel, sendId: string): string {
    return hmac(this.#pepper, `standby link v1|${this.#tenantId}|${use}|${channel}|${sendId}`).slice(0, 22);
  }
}

const base64url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
