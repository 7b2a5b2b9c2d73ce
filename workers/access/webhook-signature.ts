import { Webhook } from "standardwebhooks";

/** For integrations that do not exist: the same work is done, so that the time does not tell which do. */
const nobodys = `whsec_${btoa("no integration has this secret!!")}`;

/** Kept as the key against repeats, so bounded and visible. */
const webhookIdForm = /^[\x21-\x7e]{1,255}$/;

/**
 * Whether a Standard Webhooks message was signed with this secret at most five minutes ago.
 *
 * @param bytes the body as it came: the signature is over these, not over what they mean
 * @returns the webhook-id, or undefined for whatever is wrong: the sender learns nothing more (T16)
 */
export const signedWebhookId = (
  headers: Headers,
  bytes: Uint8Array,
  secret: string | undefined,
): string | undefined => {
  const webhookId = headers.get("webhook-id") ?? "";
  try {
    // A lone byte that is not UTF-8 must not become a replacement character that some other body has, too.
    const payload = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    new Webhook(secret ?? nobodys).verify(
      payload,
      {
        "webhook-id": webhookId,
        "webhook-timestamp": headers.get("webhook-timestamp") ?? "",
        "webhook-signature": headers.get("webhook-signature") ?? "",
      },
      { jsonParse: false },
    );
  } catch {
    return undefined;
  }
  return secret !== undefined && webhookIdForm.test(webhookId) ? webhookId : undefined;
};
