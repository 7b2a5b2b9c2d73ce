import { tenantStub } from "../../actors/kernel/stubs.ts";
import { receiptPathIn } from "../../actors/tenant/channels/adapters/account-receipts.ts";
import { LinkTokens } from "../../actors/tenant/channels/link-token.ts";
import { providers } from "../../actors/tenant/channels/setup.ts";
import { routes } from "../../protocol/http/routes.ts";
import { limits } from "../../protocol/limits.ts";
import { problem } from "../http/answers.ts";
import type { EdgeRequest } from "../http/edge-request.ts";
import type { Endpoint } from "../http/endpoint.ts";
import { readAnyBytes } from "../http/read-body.ts";
import { resolveTenant } from "../http/tenant-cache.ts";

interface Posted {
  /** The address that the receipt was posted to, or that the report names. */
  url: string;
  tenant: string;
  token: string;
  bytes: Uint8Array;
}

/**
 * A provider's word on one message. Two things must be right: the address, which only the provider of that message was told, and
 * what the provider signs with. Everything else gets one answer, as with webhooks.
 */
const receive = async ({ request, env, settings }: EdgeRequest, posted: Posted): Promise<Response> => {
  const tenantId = await resolveTenant(env, posted.tenant);
  const link =
    tenantId === undefined
      ? undefined
      : new LinkTokens(settings.PASSWORD_PEPPER, tenantId).read("receipt", posted.token);
  if (tenantId === undefined || link === undefined) return problem({ code: "invalid_signature" });
  const { url, bytes } = posted;
  const read = await providers.of(env)[link.channel]?.readReceipt({ url, headers: request.headers, bytes });
  if (read === undefined) return problem({ code: "invalid_signature" });
  if (read.receipt !== undefined)
    await tenantStub(env, tenantId).heard({ sendId: link.sendId, from: "provider", receipt: read.receipt });
  // What the call goes on with, for providers of voice; the others look at the status alone.
  return new Response(read.answer?.body ?? "", {
    headers: { "Content-Type": read.answer?.contentType ?? "text/plain; charset=utf-8", "Cache-Control": "no-store" },
  });
};

const atItsAddress = async (edge: EdgeRequest): Promise<Response> => {
  const bytes = await readAnyBytes(edge.request, limits.receiptBytes);
  if (!bytes.ok) return problem(bytes.refusal);
  const { tenant = "", token = "" } = edge.params;
  return receive(edge, { url: edge.request.url, tenant, token, bytes: bytes.value });
};

const receiptPath = /^\/v1\/([^/?#]+)\/channel-receipts\/([^/?#]+)(?:\?|$)/;

const postChannelReceipt: Endpoint<"postChannelReceipt"> = { route: routes.postChannelReceipt, handle: atItsAddress };
const getChannelReceipt: Endpoint<"getChannelReceipt"> = { route: routes.getChannelReceipt, handle: atItsAddress };

const postAccountReceipt: Endpoint<"postAccountReceipt"> = {
  route: routes.postAccountReceipt,
  handle: async (edge) => {
    const bytes = await readAnyBytes(edge.request, limits.receiptBytes);
    if (!bytes.ok) return problem(bytes.refusal);
    const path = receiptPathIn(bytes.value) ?? "";
    const [, tenant = "", token = ""] = receiptPath.exec(path) ?? [];
    const url = new URL(path, edge.request.url).href;
    return receive(edge, { url, tenant, token, bytes: bytes.value });
  },
};

export const channelReceiptEndpoints = { postChannelReceipt, getChannelReceipt, postAccountReceipt };
