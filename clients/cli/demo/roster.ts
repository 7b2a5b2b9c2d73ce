import { routes } from "../../../protocol/http/routes.ts";
import type { User } from "../../../protocol/people.ts";
import type { TemplateLine } from "../../../protocol/rosters.ts";
import type { StandbyApi } from "../../sdk/api.ts";

const name = "Working week";
const weeks = 4;

/** First aiders on weekdays: at each site two, and on Fridays a third place that nobody has. */
const linesFor = (siteIds: readonly string[], roleId: string, people: readonly User[]): TemplateLine[] =>
  siteIds.flatMap((siteId) => {
    const here = people.filter((one) => one.homeSiteId === siteId && one.roleIds.includes(roleId)).slice(0, 2);
    const day = (weekday: number) => ({ siteId, roleId, weekday, from: "08:00", until: "17:00" });
    const held = here.flatMap(({ userId }) => [1, 2, 3, 4, 5].map((weekday) => ({ ...day(weekday), userId })));
    return [...held, { ...day(5), from: "12:00", note: "Until closing time" }];
  });

/** The weeks from today on. Run again it adds the days that have come into reach, and leaves what is there. */
export async function fillRoster(
  admin: StandbyApi,
  siteIds: readonly string[],
  roleId: string,
  people: readonly User[],
  say: (line: string) => void,
): Promise<void> {
  let templateId: string | undefined;
  for await (const template of admin.items(routes.listShiftTemplates))
    if (template.name === name) templateId = template.templateId;
  templateId ??= (
    await admin.call(routes.createShiftTemplate, { body: { name, lines: linesFor(siteIds, roleId, people) } })
  ).templateId;
  const from = new Date().toISOString().slice(0, 10);
  const made = await admin.call(routes.expandShiftTemplate, { params: { templateId }, body: { from, weeks } });
  if (made.created > 0) say(`added ${made.created} shifts to the roster`);
}

/** The first shift of the coming weeks that nobody has, asked of everybody who could take it. */
export async function fillOffer(admin: StandbyApi, roleId: string, say: (line: string) => void): Promise<void> {
  for await (const offer of admin.items(routes.listOwnShiftOffers)) if (offer.state === "open") return;
  const from = new Date().toISOString();
  const to = new Date(Date.now() + weeks * 7 * 86_400_000).toISOString();
  const query = { from, to, role: roleId, open: "true" } as const;
  // One that runs already cannot be given away.
  for await (const { shiftId, startsAt } of admin.items(routes.listShifts, { query })) {
    if (Date.parse(startsAt) <= Date.now()) continue;
    await admin.call(routes.createShiftOffer, {
      params: { shiftId },
      body: { note: "Who can stay until closing time?" },
    });
    return say("added an offer of an open shift");
  }
}
