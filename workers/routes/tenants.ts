import { newId } from "../../actors/kernel/ids.ts";
import { registryStub, tenantStub } from "../../actors/kernel/stubs.ts";
import type { CreatedTenant } from "../../protocol/access.ts";
import { routes } from "../../protocol/http/routes.ts";
import { freshSecret } from "../access/started.ts";
import { json, problem } from "../http/answers.ts";
import { operatorEndpoint } from "../http/endpoint.ts";

export const tenantEndpoints = {
  /**
   * Slug and tenant live in two objects: the slug is reserved, the tenant made, the slug confirmed. Only then does it resolve;
   * a crash in between leaves a slug that may be taken again after a minute.
   */
  createTenant: operatorEndpoint(routes.createTenant, async ({ env, body }) => {
    const registry = registryStub(env);
    const reservation = { slug: body.slug, tenantId: newId("tnt") };
    const reserved = await registry.reserve(reservation);
    if (!reserved.ok) return problem(reserved.refusal);

    const { secret: invitation, secretHash: invitationHash } = freshSecret();
    const { tenantId } = reserved.value;
    const made = await tenantStub(env, tenantId).initialise({ ...body, tenantId, invitationHash });
    if (!made.ok) {
      await registry.release(reservation);
      return problem(made.refusal);
    }
    if (!(await registry.confirm(reservation))) return problem({ code: "slug_taken" });
    const answer: CreatedTenant = { tenantId, slug: body.slug, name: body.name, invitation };
    return json(201, answer);
  }),
};
