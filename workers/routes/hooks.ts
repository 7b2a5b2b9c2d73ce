import { tenantStub } from "../../actors/kernel/stubs.ts";
import { routes } from "../../protocol/http/routes.ts";
import { Id } from "../../protocol/ids.ts";
import { limits } from "../../protocol/limits.ts";
import { signedWebhookId } from "../access/webhook-signature.ts";
import { answer, problem } from "../http/answers.ts";
import { clientAddress } from "../http/client-address.ts";
import type { EdgeRequest } from "../http/edge-request.ts";
import type { Endpoint } from "../http/endpoint.ts";
import { raisedAnswer } from "../http/raised.ts";
import { decode, parseJson, readBytes } from "../http/read-body.ts";
import { resolveTenant } from "../http/tenant-cache.ts";

/** The tenant and, if there is such an integration in it, the secret. */
export const findHook = async ({ env, params }: EdgeRequest, kind: "webhook" | "presence") => {
  const integrationId = params.integrationId ?? "";
  const tenantId = await resolveTenant(env, params.tenant ?? "");
  const secret =
    tenantId !== undefined && Id.safeParse(integrationId).success
      ? await tenantStub(env, tenantId).hookSecret(integrationId, kind)
      : undefined;
  return { tenantId, integrationId, secret };
};

/** The signature is over the raw bytes and is checked before anything looks into them. */
const postHook: Endpoint<"postHook"> = {
  route: routes.postHook,
  handle: async (edge) => {
    const bytes = await readBytes(edge.request, limits.bodyBytes);
    if (!bytes.ok) return problem(bytes.refusal);
    const { tenantId, integrationId, secret } = await findHook(edge, "webhook");
    const webhookId = signedWebhookId(edge.request.headers, bytes.value, secret);
    if (tenantId === undefined || webhookId === undefined) return problem({ code: "invalid_signature" });

    const value = parseJson(bytes.value);
    if (!value.ok) return problem(value.refusal);
    const body = decode(routes.postHook.body, value.value);
    if (!body.ok) return problem(body.refusal);
    const raised = await tenantStub(edge.env, tenantId).raiseFromHook({
      integrationId,
      webhookId,
      body: body.value,
      acceptedAt: edge.receivedAt,
      ...clientAddress(edge.request),
    });
    return answer(raised, (result) => raisedAnswer(edge, tenantId, result));
  },
};

export const hookEndpoints = { postHook };
