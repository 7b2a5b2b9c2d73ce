import { hashSecret } from "../../actors/kernel/hashes.ts";
import { tenantStub } from "../../actors/kernel/stubs.ts";
import { routes } from "../../protocol/http/routes.ts";
import { hashingTurn } from "../access/hashing-turn.ts";
import { hashPassword, verifyPassword } from "../access/passwords.ts";
import { freshSecret, shownSession } from "../access/started.ts";
import { answer, json, nothing, problem } from "../http/answers.ts";
import { clientAddress } from "../http/client-address.ts";
import { personEndpoint, publicEndpoint } from "../http/endpoint.ts";
import { perform } from "../http/perform.ts";
import { endedCookie, sessionCookie } from "../http/session-cookie.ts";
import { resolveTenant } from "../http/tenant-cache.ts";

export const sessionEndpoints = {
  acceptInvitation: publicEndpoint(routes.acceptInvitation, async ({ env, settings, request, params, body }) => {
    const tenantId = await resolveTenant(env, params.tenant ?? "");
    if (tenantId === undefined) return problem({ code: "expired" });
    const tenant = tenantStub(env, tenantId);
    const invitationHash = hashSecret(body.invitation);
    // Asked first, so that nobody can make this machine hash passwords by guessing at invitations.
    if (!(await tenant.checkInvitation(invitationHash))) return problem({ code: "expired" });

    const hashed = await hashingTurn(() => hashPassword(settings.PASSWORD_PEPPER, body.password));
    if (!hashed.ok) return problem(hashed.refusal);
    const { secret, secretHash } = freshSecret();
    const accepted = await tenant.acceptInvitation({
      invitationHash,
      passwordHash: hashed.value,
      secretHash,
      ...clientAddress(request),
    });
    return answer(accepted, (started) => {
      const session = shownSession(settings, tenantId, started, secret);
      return json(201, session, { "Set-Cookie": sessionCookie(session.token, started.expiresAt) });
    });
  }),

  logIn: publicEndpoint(routes.logIn, async ({ env, settings, request, params, body }) => {
    const tenantId = await resolveTenant(env, params.tenant ?? "");
    const login = tenantId === undefined ? undefined : await tenantStub(env, tenantId).findLogin(body.username);
    const right = await hashingTurn(() => verifyPassword(settings.PASSWORD_PEPPER, body.password, login?.passwordHash));
    if (!right.ok) return problem(right.refusal);
    if (tenantId === undefined || login === undefined || !right.value) return problem({ code: "unauthenticated" });

    const { secret, secretHash } = freshSecret();
    const begun = await tenantStub(env, tenantId).startSession({ ...login, secretHash, ...clientAddress(request) });
    return answer(begun, (started) => {
      const session = shownSession(settings, tenantId, started, secret);
      return json(201, session, { "Set-Cookie": sessionCookie(session.token, started.expiresAt) });
    });
  }),

  logOut: personEndpoint(routes.logOut, async (call) =>
    answer(await perform(call), () => nothing({ "Set-Cookie": endedCookie() })),
  ),
};
