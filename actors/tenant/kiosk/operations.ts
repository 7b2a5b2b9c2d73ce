import { toTime } from "../../../protocol/ids.ts";
import { limits } from "../../../protocol/limits.ts";
import { done, type Outcome, refuse } from "../../../protocol/problems.ts";
import { newId } from "../../kernel/ids.ts";
import type { Desk, Who } from "../desk.ts";
import { nameKey } from "../directory/directory.ts";
import { notFound, type Operation, pageOf } from "../operations/operation.ts";
import { showKiosk } from "./kiosk-store.ts";

const by = (who: Who) => ({ type: "user", id: who.person.userId }) as const;

export const createKiosk: Operation<"createKiosk"> = (desk, who, { body }, now) => {
  const { sites, zones } = desk.directory;
  if (!sites.has(body.siteId)) return refuse("invalid", undefined, [{ path: "siteId", message: "does not exist" }]);
  if (body.zoneId !== undefined && zones.get(body.zoneId)?.siteId !== body.siteId)
    return refuse("invalid", undefined, [{ path: "zoneId", message: "does not exist" }]);
  const all = desk.kiosks.list();
  if (all.some(({ name }) => nameKey(name) === nameKey(body.name))) return refuse("name_taken");
  if (all.length >= limits.kiosksPerTenant) return refuse("conflict", "there are too many kiosks");
  const kiosk = { kioskId: newId("ksk"), ...body };
  desk.kiosks.add(kiosk);
  desk.record("kiosk.saved", kiosk.kioskId, now, by(who), { ...kiosk, version: 1 }, who.ip);
  return done({ ...kiosk, enrolled: false });
};

export const listKiosks: Operation<"listKiosks"> = (desk, _who, { query }) =>
  pageOf(desk.kiosks.list().map(showKiosk), (kiosk) => nameKey(kiosk.name), query);

export const getKiosk: Operation<"getKiosk"> = (desk, _who, { params }) => {
  const kiosk = desk.kiosks.get(params.kioskId ?? "");
  return kiosk === undefined ? notFound() : done(showKiosk(kiosk));
};

export const deleteKiosk: Operation<"deleteKiosk"> = (desk, who, { params }, now) => {
  const kiosk = desk.kiosks.get(params.kioskId ?? "");
  if (kiosk === undefined) return notFound();
  desk.kiosks.remove(kiosk.kioskId);
  const { enrolled: _, ...facts } = showKiosk(kiosk);
  const version = kiosk.version + 1;
  desk.record("kiosk.saved", kiosk.kioskId, now, by(who), { ...facts, version, deleted: true }, who.ip);
  return done(null);
};

/** The code was made at the edge; here is only its hash. */
export const createKioskEnrolment: Operation<"createKioskEnrolment", { codeHash: string }> = (
  desk,
  _who,
  { params, codeHash },
  now,
) => {
  const kiosk = desk.kiosks.get(params.kioskId ?? "");
  if (kiosk === undefined) return notFound();
  const expiresAt = now + limits.enrolmentMs;
  desk.kiosks.setCode(kiosk.kioskId, codeHash, expiresAt);
  return done({ kioskId: kiosk.kioskId, expiresAt: toTime(expiresAt) });
};

export interface StartedKiosk {
  kioskId: string;
  name: string;
  siteId: string;
  zoneId?: string | undefined;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** Starts the session of the device at the door. */
export const enrolKiosk = (
  desk: Desk,
  facts: { codeHash: string; secretHash: string; ip?: string },
  now: number,
): Outcome<StartedKiosk> => {
  const expiresAt = now + limits.deviceSessionMs;
  const kiosk = desk.kiosks.takeCode(facts.codeHash, facts.secretHash, expiresAt, now);
  if (kiosk === undefined) return refuse("expired");
  const { enrolled: _, ...shown } = showKiosk(kiosk);
  const system = { type: "system", id: "kiosk" } as const;
  desk.record("kiosk.enrolled", kiosk.kioskId, now, system, { kioskId: kiosk.kioskId }, facts.ip);
  return done({ ...shown, expiresAt });
};

/** The person's own code. Refused with conflict when it is somebody else's: the edge makes another. */
export const createKioskCode: Operation<"createKioskCode", { codeHash: string }> = (desk, who, { codeHash }) =>
  desk.kiosks.setPersonCode(who.person.userId, codeHash) ? done(null) : refuse("conflict");

/** Who shows it; the edge seals the rest. */
export const createKioskQr: Operation<"createKioskQr"> = (_desk, who) => done({ userId: who.person.userId });
