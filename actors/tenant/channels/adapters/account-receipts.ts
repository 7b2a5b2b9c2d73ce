import * as z from "zod";
import { sameText } from "../../../kernel/hashes.ts";

/**
 * Receipts of mail providers. They know one webhook for the whole account and not one for each message, so the message
 * carries the path of its receipt, and they hand it back. They sign nothing: they show a password or a bearer token that
 * was typed in there.
 */

/** Postmark's metadata takes 80 characters a value. */
const longestValue = 80;
const metadataKeys = ["receipt1", "receipt2", "receipt3", "receipt4"] as const;

/** The path and query of a receipt's address, as the message carries them. */
export const receiptPath = (address: string): string => {
  const { pathname, search } = new URL(address);
  return `${pathname}${search}`;
};

/** The path in as many pieces as Postmark's metadata needs. */
export const asMetadata = (path: string): Record<string, string> =>
  Object.fromEntries(
    metadataKeys.flatMap((key, at) => {
      const piece = path.slice(at * longestValue, (at + 1) * longestValue);
      return piece === "" ? [] : [[key, piece]];
    }),
  );

const Carried = z.object({
  Metadata: z.partialRecord(z.enum(metadataKeys), z.string()).optional().catch(undefined),
  "X-Mailin-custom": z.string().optional().catch(undefined),
});

/**
 * The path that a report to the account's webhook carries: the route for that webhook hands the request on to it. Nothing
 * is believed yet; `readReceipt` checks who sent it.
 */
export const receiptPathIn = (bytes: Uint8Array): string | undefined => {
  const carried = Carried.safeParse(jsonOf(bytes));
  if (!carried.success) return undefined;
  const { Metadata: metadata, "X-Mailin-custom": custom } = carried.data;
  const path = metadata === undefined ? custom : metadataKeys.map((key) => metadata[key] ?? "").join("");
  return path !== undefined && /^\/v1\/[\x21-\x7e]{1,320}$/.test(path) ? path : undefined;
};

/** The report, when it comes from the provider and is about the message with this receipt's address. */
export const reportOf = (
  secret: string | undefined,
  request: { url: string; headers: Headers; bytes: Uint8Array },
): unknown => {
  if (secret === undefined || !shows(request.headers, secret)) return undefined;
  return receiptPathIn(request.bytes) === receiptPath(request.url) ? jsonOf(request.bytes) : undefined;
};

/** `Authorization: Bearer <secret>`, or Basic with the secret as the password under any name. */
const shows = (headers: Headers, secret: string): boolean => {
  const [scheme, value = ""] = (headers.get("authorization") ?? "").split(" ");
  if (scheme?.toLowerCase() === "bearer") return sameText(value, secret);
  if (scheme?.toLowerCase() !== "basic") return false;
  try {
    const pair = atob(value);
    return sameText(pair.slice(pair.indexOf(":") + 1), secret);
  } catch {
    return false;
  }
};

const jsonOf = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
};
