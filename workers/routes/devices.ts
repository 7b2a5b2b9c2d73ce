import * as z from "zod";
import { hashSecret } from "../../actors/kernel/hashes.ts";
import { tenantStub } from "../../actors/kernel/stubs.ts";
import type { DeviceSession, Enrolments } from "../../protocol/access.ts";
import { routes } from "../../protocol/http/routes.ts";
import { toTime } from "../../protocol/ids.ts";
import { freshSecret, shownSession } from "../access/started.ts";
import { answer, json, problem } from "../http/answers.ts";
import { clientAddress } from "../http/client-address.ts";
import { personEndpoint, publicEndpoint } from "../http/endpoint.ts";
import { perform } from "../http/perform.ts";
import { resolveTenant } from "../http/tenant-cache.ts";

const Stored = z.object({ expiresAt: z.number() });

export const deviceEndpoints = {
  /** Codes are made here, so that the actor never knows more of one than its hash. */
  createEnrolments: personEndpoint(routes.createEnrolments, async (call) => {
    const codes = [...new Set(call.body.userIds)].map((userId) => ({ userId, ...freshSecret() }));
    const stored = await perform(call, {
      codes: codes.map(({ userId, secretHash }) => ({ userId, codeHash: secretHash })),
    });
    return answer(stored, (value) => {
      const expiresAt = toTime(Stored.parse(value).expiresAt);
      const enrolments: Enrolments = {
        enrolments: codes.map(({ userId, secret }) => ({ userId, code: secret, expiresAt })),
      };
      return json(201, enrolments);
    });
  }),

  createDeviceSession: publicEndpoint(routes.createDeviceSession, async ({ env, settings, request, params, body }) => {
    const tenantId = await resolveTenant(env, params.tenant ?? "");
    if (tenantId === undefined) return problem({ code: "expired" });
    const { secret, secretHash } = freshSecret();
    const enrolled = await tenantStub(env, tenantId).enrolDevice({
      codeHash: hashSecret(body.code),
      device: body.device,
      secretHash,
      ...clientAddress(request),
    });
    return answer(enrolled, (started) => {
      if (started.deviceId === undefined) throw new Error("a device was enrolled without an id");
      const session: DeviceSession = {
        ...shownSession(settings, tenantId, started, secret),
        deviceId: started.deviceId,
      };
      return json(201, session);
    });
  }),
};
