import { siteStub, tenantStub } from "../../actors/kernel/stubs.ts";
import { routes } from "../../protocol/http/routes.ts";
import { limits } from "../../protocol/limits.ts";
import { signedWebhookId } from "../access/webhook-signature.ts";
import { answer, json, problem } from "../http/answers.ts";
import type { Endpoint } from "../http/endpoint.ts";
import { performed } from "../http/perform.ts";
import { decode, parseJson, readBytes } from "../http/read-body.ts";
import { findHook } from "./hooks.ts";

const taken = () => json(200, { taken: true });

/** As with alarms: the signature is over the raw bytes and is checked before anything looks into them. */
const postPresenceHook: Endpoint<"postPresenceHook"> = {
  route: routes.postPresenceHook,
  handle: async (edge) => {
    const bytes = await readBytes(edge.request, limits.bodyBytes);
    if (!bytes.ok) return problem(bytes.refusal);
    const { tenantId, integrationId, secret } = await findHook(edge, "presence");
    const webhookId = signedWebhookId(edge.request.headers, bytes.value, secret);
    if (tenantId === undefined || webhookId === undefined) return problem({ code: "invalid_signature" });

    const value = parseJson(bytes.value);
    if (!value.ok) return problem(value.refusal);
    const body = decode(routes.postPresenceHook.body, value.value);
    if (!body.ok) return problem(body.refusal);
    const found = await tenantStub(edge.env, tenantId).hookedPresence({ integrationId, webhookId, body: body.value });
    if (!found.ok) return problem(found.refusal);
    if (found.value.taken) return taken();
    const { userRef: _, ...report } = body.value;
    const source = { id: integrationId, own: false };
    const site = siteStub(edge.env, tenantId, report.siteId);
    const told = await site.takePresence(found.value.userId, report, source, `${integrationId}:${webhookId}`);
    return answer(told, taken);
  },
};

export const presenceEndpoints = { getShapes: performed(routes.getShapes), postPresenceHook };
