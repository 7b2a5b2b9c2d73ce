/** A StandBy installation, as something to be measured. Alarms are raised by webhook and by the admin in turn. */
import { randomUUID } from "node:crypto";
import { Webhook } from "standardwebhooks";
import * as z from "zod";
import { Api } from "./api.ts";
import type { Raised, Target } from "./light/round.ts";
import type { Tenant } from "./tenant-cache.ts";

const raised = z.object({ alarmId: z.string(), recipients: z.number() });
const alarm = z.object({ counts: z.object({ received: z.number() }) });

const MESSAGE = "Assemble at the reception desk.";

/** @param pids of workerd, and of sqld if its CPU is to be told */
export function standbyTarget(base: string, pids: Target["pids"], tenant: Tenant): Target {
  const admin = new Api(base, tenant.adminToken);
  const tenantUrl = `${admin.base}/v1/${tenant.slug}`;
  return {
    name: "standby",
    pids,
    prepareRaise: (round) => {
      const request = round % 2 === 0 ? byWebhook(tenantUrl, tenant, round) : byUser(tenantUrl, tenant, round);
      return async (): Promise<Raised> => {
        const response = await fetch(request.url, request.init);
        if (response.status !== 202) throw new Error(`raising answered ${response.status}: ${await response.text()}`);
        return raised.parse(await response.json());
      };
    },
    finish: async (alarmId) => {
      await admin.call("POST", `/${tenant.slug}/alarms/${alarmId}/stand-down`, z.object({}), { reason: "over" });
    },
    storedReceipts: async (alarmId) => {
      return (await admin.call("GET", `/${tenant.slug}/alarms/${alarmId}`, alarm)).counts.received;
    },
  };
}

interface Prepared {
  readonly url: string;
  readonly init: RequestInit;
}

function byWebhook(tenantUrl: string, tenant: Tenant, round: number): Prepared {
  const body = JSON.stringify({ type: "load.test", data: { title: `Load test ${round}`, message: MESSAGE } });
  const id = randomUUID();
  const now = new Date();
  const headers = {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
    "webhook-signature": new Webhook(tenant.webhook.secret).sign(id, now, body),
  };
  return { url: `${tenantUrl}/hooks/${tenant.webhook.integrationId}`, init: { method: "POST", headers, body } };
}

function byUser(tenantUrl: string, tenant: Tenant, round: number): Prepared {
  const headers = {
    authorization: `Bearer ${tenant.adminToken}`,
    "content-type": "application/json",
    "idempotency-key": randomUUID(),
  };
  const body = JSON.stringify({
    title: `Load test ${round}`,
    message: MESSAGE,
    kind: "actual",
    urgency: "urgent",
    targets: { sites: tenant.siteIds },
  });
  return { url: `${tenantUrl}/alarms`, init: { method: "POST", headers, body } };
}
