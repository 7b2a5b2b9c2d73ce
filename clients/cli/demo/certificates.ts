import { routes } from "../../../protocol/http/routes.ts";
import type { User } from "../../../protocol/people.ts";
import type { StandbyApi } from "../../sdk/api.ts";
import { dateIn } from "./days.ts";

/** Days from now until a certificate ends, in turns: most have long, some are to be renewed soon, one is too late. */
const lasts = [500, 400, 300, 6, 25, 80, -3] as const;

/**
 * First aiders' certificates. The first two of each site have the longest: they are on the roster, and whoever is not certified
 * cannot hold a shift.
 */
export async function fillCertificates(
  admin: StandbyApi,
  roleId: string,
  people: readonly User[],
  say: (line: string) => void,
): Promise<void> {
  const holders = people.filter((one) => one.roleIds.includes(roleId));
  const onRoster = new Set(
    [...Map.groupBy(holders, (one) => one.homeSiteId).values()].flatMap((here) => here.slice(0, 2)),
  );
  let added = 0;
  for (const [i, user] of holders.entries()) {
    const params = { userId: user.userId };
    const known = await admin.call(routes.getQualifications, { params });
    if (known.qualifications.some((one) => one.validUntil !== undefined)) continue;
    const days = onRoster.has(user) ? 500 : (lasts[i % lasts.length] ?? 500);
    const others = user.roleIds.filter((one) => one !== roleId).map((one) => ({ roleId: one }));
    await admin.call(routes.putQualifications, {
      params,
      body: { qualifications: [...others, { roleId, validUntil: dateIn(days) }] },
    });
    added++;
  }
  if (added > 0) say(`added ${added} certificates, some of which end soon`);
}
