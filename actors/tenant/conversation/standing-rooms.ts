import type { Desk } from "../desk.ts";
import type { Person } from "../directory/directory.ts";
import { changeRoom, openRoom, system } from "./rooms.ts";

interface Standing {
  key: string;
  kind: "everyone" | "site" | "role";
  title: string;
  siteId?: string;
  roleId?: string;
}

/** The rooms that there are for this person's sake: everybody's, those of the own site and roles. */
const standingOf = (desk: Desk, person: Person): Standing[] => {
  const site = person.homeSiteId === undefined ? undefined : desk.directory.sites.get(person.homeSiteId);
  const rooms: Standing[] = [{ key: "everyone", kind: "everyone", title: desk.facts?.name ?? "" }];
  if (site !== undefined)
    rooms.push({ key: `site:${site.siteId}`, kind: "site", title: site.name, siteId: site.siteId });
  for (const roleId of person.roleIds) {
    const role = desk.directory.roles.get(roleId);
    if (role !== undefined) rooms.push({ key: `role:${roleId}`, kind: "role", title: role.name, roleId });
  }
  return rooms;
};

/** They come into being when somebody who belongs there asks for the first time: a site without chat costs nothing. */
export const openStandingRooms = (desk: Desk, person: Person, now: number): void => {
  const rooms = standingOf(desk, person);
  const known = desk.conversations.knownKeys(rooms.map(({ key }) => key));
  for (const room of rooms) if (!known.has(room.key)) openRoom(desk, { form: "chat", ...room }, system, now);
};

/** A site or role has another name. */
export const renameStanding = (desk: Desk, what: "site" | "role", id: string, title: string, now: number): void => {
  const room = desk.conversations.byKey(`${what}:${id}`);
  if (room !== undefined && room.title !== title) changeRoom(desk, room, { title }, system, now);
};

/** A site or role is gone: its room and its notes stay to be read. */
export const closeRoomsOf = (desk: Desk, what: "siteId" | "roleId", id: string, now: number): void => {
  for (const room of desk.conversations.of(what, id))
    if (!room.closed) changeRoom(desk, room, { closed: true }, system, now);
};
