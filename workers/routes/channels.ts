import { providers } from "../../actors/tenant/channels/setup.ts";
import { routes } from "../../protocol/http/routes.ts";
import { answer, json, nothing, problem } from "../http/answers.ts";
import { personEndpoint, publicEndpoint } from "../http/endpoint.ts";
import { perform, performed } from "../http/perform.ts";

export const channelEndpoints = {
  getPushKey: publicEndpoint(routes.getPushKey, async ({ env }) => {
    const publicKey = providers.pushKey(env);
    return publicKey === undefined ? problem({ code: "unavailable", retryAfter: 3_600 }) : json(200, { publicKey });
  }),
  getOwnChannels: performed(routes.getOwnChannels),
  createVerification: personEndpoint(routes.createVerification, async (call) =>
    answer(await perform(call), (value) => json(202, value)),
  ),
  confirmVerification: performed(routes.confirmVerification),
  putPushSubscription: personEndpoint(routes.putPushSubscription, async (call) => {
    const privateHosts = [...providers.privateHosts(call.env)];
    return answer(await perform(call, { privateHosts }), () => nothing());
  }),
  deletePushSubscription: performed(routes.deletePushSubscription),
  listChannels: performed(routes.listChannels),
  listDeadLetters: performed(routes.listDeadLetters),
};
