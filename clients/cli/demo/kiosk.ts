import { routes } from "../../../protocol/http/routes.ts";
import type { StandbyApi } from "../../sdk/api.ts";
import type { FilledSite } from "./fill.ts";
import { kiosk } from "./organisation.ts";

/** A device at the door, to be enrolled by whoever tries it, and a personal code of the administrator to sign in there. */
export async function fillKiosk(
  admin: StandbyApi,
  sites: readonly FilledSite[],
  say: (line: string) => void,
): Promise<void> {
  for await (const one of admin.items(routes.listKiosks)) if (one.name === kiosk.name) return;
  const site = sites.find(({ name }) => name === kiosk.site);
  if (site === undefined) throw new Error(`there is no site ${kiosk.site}`);
  const zone = site.zones.find(({ name }) => name === kiosk.zone);
  const { kioskId } = await admin.call(routes.createKiosk, {
    body: { name: kiosk.name, siteId: site.siteId, ...(zone === undefined ? {} : { zoneId: zone.zoneId }) },
  });
  const enrolment = await admin.call(routes.createKioskEnrolment, { params: { kioskId } });
  const { code } = await admin.call(routes.createKioskCode);
  say(`added the kiosk ${kiosk.name}; its device's code is ${enrolment.code}, the administrator signs in with ${code}`);
}
