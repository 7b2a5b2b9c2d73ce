import * as z from "zod";
import { Raised } from "../../protocol/alarms.ts";
import { routes } from "../../protocol/http/routes.ts";
import { answer, problem } from "../http/answers.ts";
import { personEndpoint } from "../http/endpoint.ts";
import { idempotencyKey } from "../http/idempotency-key.ts";
import { perform, performed } from "../http/perform.ts";
import { raisedAnswer } from "../http/raised.ts";

const Result = z.object({ raised: Raised.loose(), replayed: z.boolean() });

export const alarmEndpoints = {
  raiseAlarm: personEndpoint(routes.raiseAlarm, async (call) => {
    const key = idempotencyKey(call.request.headers);
    if (!key.ok) return problem(key.refusal);
    return answer(await perform(call, { ...key.value, acceptedAt: call.receivedAt }), (value) =>
      raisedAnswer(call, call.tenantId, Result.parse(value)),
    );
  }),
  listAlarms: performed(routes.listAlarms),
  getAlarm: performed(routes.getAlarm),
  listRecipients: performed(routes.listRecipients),
  previewAlarm: performed(routes.previewAlarm),
  explainRecipient: performed(routes.explainRecipient),
  escalate: performed(routes.escalate),
  reAlarm: performed(routes.reAlarm),
  reopenAlarm: performed(routes.reopenAlarm),
  standDown: performed(routes.standDown),
};
