import * as z from "zod";
import { hashSecret } from "../../actors/kernel/hashes.ts";
import { siteStub, tenantStub } from "../../actors/kernel/stubs.ts";
import { makeToken, readToken } from "../../actors/kernel/tokens.ts";
import { routes } from "../../protocol/http/routes.ts";
import { Id, toTime } from "../../protocol/ids.ts";
import type { KioskSigned } from "../../protocol/kiosks.ts";
import { limits } from "../../protocol/limits.ts";
import { type Outcome, refuse } from "../../protocol/problems.ts";
import { makeQr, newPersonalCode, personalCodeHash, readQr } from "../access/kiosk-codes.ts";
import { freshSecret } from "../access/started.ts";
import { answer, json, problem } from "../http/answers.ts";
import { clientAddress } from "../http/client-address.ts";
import { created } from "../http/created.ts";
import { givenToken } from "../http/credentials.ts";
import { personEndpoint, publicEndpoint } from "../http/endpoint.ts";
import { perform, performed } from "../http/perform.ts";
import { resolveTenant } from "../http/tenant-cache.ts";

const Enrolment = z.object({ kioskId: Id, expiresAt: z.string() });
const Own = z.object({ userId: Id });

/** Of ten thousand people one code in ten thousand is taken: this many in a row never are. */
const codeTries = 8;

export const kioskEndpoints = {
  createKiosk: created(routes.createKiosk, "kioskId"),
  listKiosks: performed(routes.listKiosks),
  getKiosk: performed(routes.getKiosk),
  deleteKiosk: performed(routes.deleteKiosk),
  createKioskEnrolment: personEndpoint(routes.createKioskEnrolment, async (call) => {
    const { secret, secretHash } = freshSecret();
    return answer(await perform(call, { codeHash: secretHash }), (value) =>
      json(201, { ...Enrolment.parse(value), code: secret }),
    );
  }),

  createKioskSession: publicEndpoint(routes.createKioskSession, async ({ env, settings, request, params, body }) => {
    const tenantId = await resolveTenant(env, params.tenant ?? "");
    if (tenantId === undefined) return problem({ code: "expired" });
    const { secret, secretHash } = freshSecret();
    const codeHash = hashSecret(body.code);
    const enrolled = await tenantStub(env, tenantId).enrolKiosk({ codeHash, secretHash, ...clientAddress(request) });
    return answer(enrolled, ({ expiresAt, ...kiosk }) => {
      const token = makeToken(settings.PASSWORD_PEPPER, tenantId, kiosk.siteId, kiosk.kioskId, secret);
      return json(201, { token, ...kiosk, expiresAt: toTime(expiresAt) });
    });
  }),

  createKioskCode: personEndpoint(routes.createKioskCode, async (call) => {
    let stored: Outcome<unknown> = refuse("unavailable");
    for (let tries = 0; tries < codeTries; tries++) {
      const code = newPersonalCode();
      const codeHash = personalCodeHash(call.settings.PASSWORD_PEPPER, call.tenantId, code);
      stored = await perform(call, { codeHash });
      if (stored.ok) return json(201, { code });
      if (stored.refusal.code !== "conflict") break;
    }
    return problem(stored.ok ? { code: "unavailable" } : stored.refusal);
  }),
  createKioskQr: personEndpoint(routes.createKioskQr, async (call) =>
    answer(await perform(call), (value) => {
      const expiresAt = call.receivedAt + limits.kioskQrMs;
      const qr = makeQr(call.settings.PASSWORD_PEPPER, call.tenantId, Own.parse(value).userId, expiresAt);
      return json(201, { qr, expiresAt: toTime(expiresAt) });
    }),
  ),

  /** The tenant says who it is; the site's actor, which owns presence, takes it. */
  signAtKiosk: publicEndpoint(routes.signAtKiosk, async ({ env, settings, request, params, body, receivedAt }) => {
    const pepper = settings.PASSWORD_PEPPER;
    const tenantId = await resolveTenant(env, params.tenant ?? "");
    // The header alone: a kiosk has no cookie, and a person's must not become one.
    const given = givenToken(request.headers);
    const credential = tenantId && given?.byCookie === false ? readToken(pepper, tenantId, given.token) : undefined;
    if (!tenantId || credential === undefined) return problem({ code: "unauthenticated" });
    const shown =
      "code" in body ? { codeHash: personalCodeHash(pepper, tenantId, body.code) } : readQr(pepper, tenantId, body.qr);
    if (shown === undefined) return problem({ code: "expired" });
    const caller = { sessionId: credential.id, secretHash: credential.secretHash, ...clientAddress(request) };
    const signer = await tenantStub(env, tenantId).kioskSigner(caller, shown);
    if (!signer.ok) return problem(signer.refusal);
    const { kioskId, userId, firstName, siteId, zoneId } = signer.value;
    // Whoever goes home at the door of a zone's kiosk leaves the site.
    const report = { siteId, ...(zoneId === undefined || !body.present ? {} : { zoneId }), present: body.present };
    const taken = await siteStub(env, tenantId, siteId).takePresence(userId, report, { id: kioskId, own: true });
    return answer(taken, () => {
      const signed: KioskSigned = { firstName, present: body.present, at: toTime(receivedAt) };
      return json(200, signed);
    });
  }),
};
