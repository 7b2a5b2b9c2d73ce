import * as z from "zod";
import type { SendResult } from "../channel.ts";
import type { Provided } from "../provider-settings.ts";
import { isFailed, post, refusalOf, type Ways } from "./outgoing.ts";

/** What Twilio's Messages and Calls have in common. https://www.twilio.com/docs/usage/requests-to-twilio */

const usualBase = "https://api.twilio.com";

const Made = z.object({ sid: z.string().regex(/^[A-Z]{2}[0-9a-f]{32}$/) });
const Refused = z.object({ code: z.int() });

/** https://www.twilio.com/docs/api/errors, those that say something about the number or the account. */
const refusals = new Map<number, string>([
  [13223, "badNumber"],
  [13224, "badNumber"],
  [21211, "badNumber"],
  [21217, "badNumber"],
  [21401, "badNumber"],
  [21614, "noMobile"],
  [21610, "unsubscribed"],
  [21408, "countryNotAllowed"],
  [21215, "countryNotAllowed"],
  [21216, "countryNotAllowed"],
  [21606, "badSender"],
  [21212, "badSender"],
  [21210, "badSender"],
  [21617, "tooLarge"],
  [30002, "noCredit"],
]);

/** Makes a message or a call. */
export const create = async (
  settings: Provided<"twilio">,
  ways: Ways,
  resource: "Messages" | "Calls",
  fields: Record<string, string>,
  signal: AbortSignal,
): Promise<SendResult> => {
  const { accountSid, authToken, baseUrl = usualBase } = settings;
  const answer = await post(
    ways,
    `${baseUrl.replace(/\/+$/, "")}/2010-04-01/Accounts/${accountSid}/${resource}.json`,
    {
      headers: {
        Authorization: `Basic ${btoa(`${accountSid}:${authToken}`)}`,
        "Content-Type": "application/x-www-form-urlencoded",
      },
      body: new URLSearchParams(fields).toString(),
    },
    signal,
  );
  if (isFailed(answer)) return answer;
  const refusal = refusalOf(answer);
  if (refusal !== undefined) {
    const refused = Refused.safeParse(answer.json);
    const reason = refused.success ? refusals.get(refused.data.code) : undefined;
    return reason === undefined || refusal.retry ? refusal : { ...refusal, reason };
  }
  const made = Made.safeParse(answer.json);
  // Somebody else's 200 (a proxy, a wrong address) must not count as a message that was sent.
  return made.success ? { ok: true, providerId: made.data.sid } : { ok: false, retry: true, reason: "notUnderstood" };
};

/**
 * The fields of a callback, when Twilio signed it: HMAC-SHA1 with the account's token over the address and the sorted
 * fields. https://www.twilio.com/docs/usage/security#validating-requests
 *
 * @param address as Twilio called it. Behind a proxy that is not what the Worker sees (public-address.ts).
 */
export const signedFields = async (
  authToken: string,
  address: string,
  headers: Headers,
  bytes: Uint8Array,
): Promise<URLSearchParams | undefined> => {
  const signature = bytesOf(headers.get("x-twilio-signature") ?? "");
  if (signature === undefined) return undefined;
  const fields = new URLSearchParams(new TextDecoder().decode(bytes));
  const key = await crypto.subtle.importKey(
    "raw",
    new TextEncoder().encode(authToken),
    { name: "HMAC", hash: "SHA-1" },
    false,
    ["verify"],
  );
  // Twilio signs the address with its standard port at some times and without it at others (its own library tries both).
  for (const signed of [address, withPort(address)]) {
    if (await crypto.subtle.verify("HMAC", key, signature, new TextEncoder().encode(`${signed}${joined(fields)}`)))
      return fields;
  }
  return undefined;
};

/** Each name followed by its value, in the order of the names; the values of one name sorted, each once. */
const joined = (fields: URLSearchParams): string =>
  [...new Set(fields.keys())]
    .sort()
    .flatMap((name) => [...new Set(fields.getAll(name))].sort().map((value) => `${name}${value}`))
    .join("");

const withPort = (address: string): string => {
  const url = new URL(address);
  if (url.port !== "") return address;
  return address.replace(url.host, `${url.host}:${url.protocol === "https:" ? 443 : 80}`);
};

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> | undefined => {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
};
