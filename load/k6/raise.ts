/** Raises an alarm by webhook or as the admin. The message carries the time, so that any device can tell how long it took. */
import crypto from "k6/crypto";
import encoding from "k6/encoding";
import http, { type RefinedResponse } from "k6/http";
import { baseUrl } from "./parameters.ts";
import type { Tenant } from "./tenant.ts";

const SENT = /^Raised at (\d+) ms\.$/;

/** @returns when the alarm with this message was raised, by this machine's clock; undefined for other messages */
export function raisedAt(message: string | undefined): number | undefined {
  const found = SENT.exec(message ?? "")?.[1];
  return found === undefined ? undefined : Number(found);
}

/** @param number of the alarm within the run: even ones come by webhook, odd ones from a user */
export function raise(tenant: Tenant, number: number): RefinedResponse<"text"> {
  return number % 2 === 0 ? byWebhook(tenant, number) : byUser(tenant, number);
}

function byWebhook({ slug, webhook }: Tenant, number: number): RefinedResponse<"text"> {
  const now = Date.now();
  const body = JSON.stringify({ type: "load.test", data: { title: `Load test ${number}`, message: message(now) } });
  const id = `k6-${slug}-${number}`;
  const timestamp = String(Math.floor(now / 1000));
  // Standard Webhooks: the secret after its prefix is the key in base64; id, time and the raw body are signed together.
  const key = encoding.b64decode(webhook.secret.replace("whsec_", ""), "std");
  const signature = crypto.hmac("sha256", key, `${id}.${timestamp}.${body}`, "base64");
  return http.post(`${baseUrl}/v1/${slug}/hooks/${webhook.integrationId}`, body, {
    headers: {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": timestamp,
      "webhook-signature": `v1,${signature}`,
    },
    responseType: "text",
  });
}

function byUser({ slug, adminToken, siteIds }: Tenant, number: number): RefinedResponse<"text"> {
  const body = JSON.stringify({
    title: `Load test ${number}`,
    message: message(Date.now()),
    kind: "actual",
    urgency: "urgent",
    targets: { sites: siteIds },
  });
  return http.post(`${baseUrl}/v1/${slug}/alarms`, body, {
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${adminToken}`,
      "idempotency-key": `k6-${slug}-${number}`,
    },
    responseType: "text",
  });
}

function message(now: number): string {
  return `Raised at ${now} ms.`;
}
