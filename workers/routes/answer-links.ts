import { tenantStub } from "../../actors/kernel/stubs.ts";
import type { LinkAnswered } from "../../protocol/channels.ts";
import type { Route } from "../../protocol/http/route.ts";
import { routes } from "../../protocol/http/routes.ts";
import { linkOf } from "../http/answer-link.ts";
import { answer, json, nothing, problem } from "../http/answers.ts";
import { type Call, type Endpoint, publicEndpoint } from "../http/endpoint.ts";

/** A call under a link. What the link is not good for any more and what never was a link get the one answer. */
const underLink = <R extends Route>(
  route: R,
  handle: (call: Call<R>, link: { tenantId: string; sendId: string }) => Promise<Response>,
): Endpoint<R["id"]> => {
  const asked = publicEndpoint(route, async (call) => {
    const link = await linkOf(call);
    return link === undefined ? problem({ code: "expired" }) : handle(call, link);
  });
  return {
    route,
    // Before the path is held against the form of ids: a token of another form is an unknown one.
    handle: async (edge) => ((await linkOf(edge)) === undefined ? problem({ code: "expired" }) : asked.handle(edge)),
  };
};

export const answerLinkEndpoints = {
  getAnswerLink: underLink(routes.getAnswerLink, async ({ env }, { tenantId, sendId }) =>
    answer(await tenantStub(env, tenantId).answerLink(sendId), (shown) => json(200, shown)),
  ),
  answerByLink: underLink(routes.answerByLink, async ({ env, body }, { tenantId, sendId }) =>
    answer(await tenantStub(env, tenantId).answerByLink(sendId, body), ({ response, respondedAt }) => {
      const answered: LinkAnswered = { response, respondedAt };
      return json(200, answered);
    }),
  ),
  postLinkReceipt: underLink(routes.postLinkReceipt, async ({ env, body }, { tenantId, sendId }) =>
    answer(await tenantStub(env, tenantId).heard({ sendId, from: "link", what: body.what }), () => nothing()),
  ),
};
