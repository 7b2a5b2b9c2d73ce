import * as z from "zod";
import type { Settings } from "../../actors/kernel/environment.ts";
import { routes } from "../../protocol/http/routes.ts";
import { Id } from "../../protocol/ids.ts";
import { answer, json } from "../http/answers.ts";
import { personEndpoint } from "../http/endpoint.ts";
import { addressOf, perform, performed } from "../http/perform.ts";

/** The actor knows no addresses: `url` is added here, under the tenant's id, which never changes. */
const Stored = z.looseObject({ integrationId: Id, kind: z.enum(["webhook", "presence"]) });
const StoredPage = z.looseObject({ items: z.array(Stored) });

const withUrl = (settings: Settings, tenantId: string, integration: z.infer<typeof Stored>) => ({
  ...integration,
  url: `${settings.PUBLIC_URL.replace(/\/+$/, "")}/v1/${tenantId}/${integration.kind === "presence" ? "presence-hooks" : "hooks"}/${integration.integrationId}`,
});

export const integrationEndpoints = {
  createIntegration: personEndpoint(routes.createIntegration, async (call) =>
    answer(await perform(call), (value) => {
      const integration = withUrl(call.settings, call.tenantId, Stored.parse(value));
      return json(201, integration, addressOf(call.request, integration.integrationId));
    }),
  ),
  listIntegrations: personEndpoint(routes.listIntegrations, async (call) =>
    answer(await perform(call), (value) => {
      const page = StoredPage.parse(value);
      return json(200, { ...page, items: page.items.map((item) => withUrl(call.settings, call.tenantId, item)) });
    }),
  ),
  getIntegration: personEndpoint(routes.getIntegration, async (call) =>
    answer(await perform(call), (value) => json(200, withUrl(call.settings, call.tenantId, Stored.parse(value)))),
  ),
  deleteIntegration: performed(routes.deleteIntegration),
};
