import { routes } from "../../../protocol/http/routes.ts";
import type { StandbyApi } from "../../sdk/api.ts";
import { type RoleName, type SiteName, staffingRules } from "./organisation.ts";

/** Whoever tries it alone sees figures of an organisation of sixty: the least group that may be chosen. */
const minimumGroup = 5;

/** How many of which role there should be. The first time, figures of presence are shown from the least group on. */
export async function fillStaffing(
  admin: StandbyApi,
  idOf: { site: (name: SiteName) => string; role: (name: RoleName) => string },
  say: (line: string) => void,
): Promise<void> {
  const known = new Set<string | undefined>();
  for await (const rule of admin.items(routes.listStaffingRules)) known.add(rule.name);
  if (known.size === 0) await admin.call(routes.putStatisticsSettings, { body: { minimumGroup } });
  for (const { name, site, role, minimum, hours } of staffingRules) {
    if (known.has(name)) continue;
    await admin.call(routes.createStaffingRule, {
      body: {
        name,
        siteId: idOf.site(site),
        roleId: idOf.role(role),
        minimum,
        ...(hours === undefined ? {} : { hours: [{ ...hours, weekdays: [1, 2, 3, 4, 5] }] }),
        afterSeconds: 60,
      },
    });
    say(`added the staffing rule ${name}`);
  }
}
