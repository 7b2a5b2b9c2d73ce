import * as z from "zod";
import { routes } from "../../protocol/http/routes.ts";
import { Id } from "../../protocol/ids.ts";
import { answer, json } from "../http/answers.ts";
import { personEndpoint } from "../http/endpoint.ts";
import { perform, performed } from "../http/perform.ts";

const Started = z.looseObject({ loneWorkerSessionId: Id });

export const loneWorkerEndpoints = {
  /** Made under `/me`, and from then on a thing that those who lead look at as well: it lives at its own address. */
  startLoneWorkerSession: personEndpoint(routes.startLoneWorkerSession, async (call) =>
    answer(await perform(call), (value) => {
      const { loneWorkerSessionId } = Started.parse(value);
      const address = new URL(call.request.url).pathname.replace("/me/", "/");
      return json(201, value, { Location: `${address}/${loneWorkerSessionId}` });
    }),
  ),
  listOwnLoneWorkerSessions: performed(routes.listOwnLoneWorkerSessions),
  listLoneWorkerSessions: performed(routes.listLoneWorkerSessions),
  getLoneWorkerSession: performed(routes.getLoneWorkerSession),
  loneWorkerCheckIn: performed(routes.loneWorkerCheckIn),
  endLoneWorkerSession: performed(routes.endLoneWorkerSession),
};
