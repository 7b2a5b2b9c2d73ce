import { limits } from "../../../protocol/limits.ts";
import type { Role } from "../../../protocol/people.ts";
import type { Site, Zone } from "../../../protocol/places.ts";
import { done, type FieldError, refuse } from "../../../protocol/problems.ts";
import { newId } from "../../kernel/ids.ts";
import type { SiteFacts } from "../../kernel/messages.ts";
import { closeRoomsOf, renameStanding } from "../conversation/standing-rooms.ts";
import type { Desk, Who } from "../desk.ts";
import { namedInTargets, nameKey } from "../directory/directory.ts";
import { sitePresence } from "../site-presence.ts";
import { notFound, type Operation, pageOf } from "./operation.ts";
import { dropQualificationsFor } from "./qualifications.ts";

const by = (who: Who) => ({ type: "user", id: who.person.userId }) as const;

const nameTaken = (others: Iterable<{ name: string }>, name: string, except?: object): boolean => {
  for (const other of others) if (other !== except && nameKey(other.name) === nameKey(name)) return true;
  return false;
};

/** `null` takes an optional field away, a missing one leaves it. */
export const patched = <T extends object>(thing: T, patch: object): T => {
  const changed = { ...thing } as Record<string, unknown>;
  for (const [field, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    if (value === null) delete changed[field];
    else changed[field] = value;
  }
  return changed as T;
};

// ------------------------------------------------------------------------------------------------ roles

const saveRole = (desk: Desk, who: Who, role: Role, now: number) => {
  const version = desk.people.saveThing("role", role.roleId, role);
  renameStanding(desk, "role", role.roleId, role.name, now);
  desk.record("role.saved", role.roleId, now, by(who), { ...role, version }, who.ip);
  return done(role);
};

export const createRole: Operation<"createRole"> = (desk, who, { body }, now) => {
  const { roles } = desk.directory;
  if (nameTaken(roles.values(), body.name)) return refuse("name_taken");
  if (roles.size >= limits.rolesPerTenant) return refuse("conflict", "there are too many roles");
  return saveRole(desk, who, patched<Role>({ roleId: newId("rol"), name: body.name }, body), now);
};

export const listRoles: Operation<"listRoles"> = (desk, _who, { query }) =>
  pageOf([...desk.directory.roles.values()], (role) => nameKey(role.name), query);

export const getRole: Operation<"getRole"> = (desk, _who, { params }) => {
  const role = desk.directory.roles.get(params.roleId ?? "");
  return role === undefined ? notFound() : done(role);
};

export const patchRole: Operation<"patchRole"> = (desk, who, { params, body }, now) => {
  const role = desk.directory.roles.get(params.roleId ?? "");
  if (role === undefined) return notFound();
  if (body.name !== undefined && nameTaken(desk.directory.roles.values(), body.name, role)) return refuse("name_taken");
  return saveRole(desk, who, patched(role, body), now);
};

export const deleteRole: Operation<"deleteRole"> = (desk, who, { params }, now) => {
  const role = desk.directory.roles.get(params.roleId ?? "");
  if (role === undefined) return notFound();
  for (const person of desk.directory.people.values())
    if (person.roleIds.includes(role.roleId)) return refuse("conflict", "somebody has this role");
  if (namedInTargets(desk.directory, role.roleId))
    return refuse("conflict", "a scenario or integration uses this role");
  if (desk.rosters.uses(role.roleId, now)) return refuse("conflict", "a shift needs this role");
  if (desk.staffing.names(role.roleId)) return refuse("conflict", "a staffing rule uses this role");
  dropQualificationsFor(desk, who, role.roleId, now);
  closeRoomsOf(desk, "roleId", role.roleId, now);
  const version = desk.people.removeThing("role", role.roleId);
  desk.record("role.saved", role.roleId, now, by(who), { ...role, version, deleted: true }, who.ip);
  return done(null);
};

// ------------------------------------------------------------------------------------------------ sites

const wrongNeighbours = (desk: Desk, ids: readonly string[] | null | undefined, siteId?: string): FieldError[] =>
  (ids ?? []).flatMap((id, i) => {
    const path = `neighbourIds.${i}`;
    if (id === siteId) return [{ path, message: "is the site itself" }];
    return desk.directory.sites.has(id) ? [] : [{ path, message: "does not exist" }];
  });

/** What the site's own actor goes by. */
export const siteFactsOf = ({ timeZone, presenceRules }: Site): SiteFacts => ({ timeZone, ...presenceRules });

const saveSite = (desk: Desk, who: Who, site: Site, now: number) => {
  const before = desk.directory.sites.get(site.siteId);
  const version = desk.people.saveThing("site", site.siteId, site);
  renameStanding(desk, "site", site.siteId, site.name, now);
  const { shape, ...facts } = site;
  if (JSON.stringify(shape) !== JSON.stringify(before?.shape)) desk.shapesChanged();
  const rules = siteFactsOf(site);
  // A site without rules is not woken for nothing: it asks when somebody first reports there.
  if (JSON.stringify(rules) !== (before === undefined ? undefined : JSON.stringify(siteFactsOf(before))))
    if (before !== undefined || site.presenceRules !== undefined)
      desk.tellSite(site.siteId, { kind: "siteFacts", facts: rules }, now);
  desk.record("site.saved", site.siteId, now, by(who), { ...facts, version }, who.ip);
  return done(site);
};

export const createSite: Operation<"createSite"> = (desk, who, { body }, now) => {
  const { sites } = desk.directory;
  if (nameTaken(sites.values(), body.name)) return refuse("name_taken");
  if (sites.size >= limits.sitesPerTenant) return refuse("conflict", "there are too many sites");
  const errors = wrongNeighbours(desk, body.neighbourIds);
  if (errors.length > 0) return refuse("invalid", undefined, errors);
  const site = { siteId: newId("sit"), timeZone: desk.facts?.timeZone ?? "Europe/Amsterdam" };
  return saveSite(desk, who, patched<Site>({ ...site, name: body.name }, body), now);
};

export const listSites: Operation<"listSites"> = (desk, _who, { query }) =>
  pageOf([...desk.directory.sites.values()], (site) => nameKey(site.name), query);

export const getSite: Operation<"getSite"> = (desk, _who, { params }) => {
  const site = desk.directory.sites.get(params.siteId ?? "");
  return site === undefined ? notFound() : done(site);
};

export const patchSite: Operation<"patchSite"> = (desk, who, { params, body }, now) => {
  const site = desk.directory.sites.get(params.siteId ?? "");
  if (site === undefined) return notFound();
  if (body.name !== undefined && nameTaken(desk.directory.sites.values(), body.name, site)) return refuse("name_taken");
  const errors = wrongNeighbours(desk, body.neighbourIds, site.siteId);
  if (errors.length > 0) return refuse("invalid", undefined, errors);
  return saveSite(desk, who, patched(site, body), now);
};

export const deleteSite: Operation<"deleteSite"> = (desk, who, { params }, now) => {
  const site = desk.directory.sites.get(params.siteId ?? "");
  if (site === undefined) return notFound();
  for (const person of desk.directory.people.values())
    if (person.homeSiteId === site.siteId) return refuse("conflict", "this is somebody's home site");
  if (desk.staffing.names(site.siteId)) return refuse("conflict", "a staffing rule uses this site");
  for (const zone of desk.directory.zones.values())
    if (zone.siteId === site.siteId) return refuse("conflict", "remove its zones first");
  for (const point of desk.directory.musterPoints.values())
    if (point.siteId === site.siteId) return refuse("conflict", "remove its muster points first");
  if (desk.rollCalls.open().some(({ facts }) => facts.siteId === site.siteId))
    return refuse("conflict", "a roll-call of this site is open");
  if (desk.rosters.uses(site.siteId, now)) return refuse("conflict", "a shift is at this site");
  if (namedInTargets(desk.directory, site.siteId))
    return refuse("conflict", "a scenario or integration uses this site");
  for (const other of desk.directory.sites.values()) {
    if (other.neighbourIds?.includes(site.siteId) !== true) continue;
    const rest = other.neighbourIds.filter((id) => id !== site.siteId);
    saveSite(desk, who, patched(other, { neighbourIds: rest.length === 0 ? null : rest }), now);
  }
  for (const kiosk of desk.kiosks.list())
    if (kiosk.siteId === site.siteId) return refuse("conflict", "remove its kiosks first");
  if (site.shape !== undefined) desk.shapesChanged();
  closeRoomsOf(desk, "siteId", site.siteId, now);
  const version = desk.people.removeThing("site", site.siteId);
  const { shape: _, ...facts } = site;
  desk.record("site.saved", site.siteId, now, by(who), { ...facts, version, deleted: true }, who.ip);
  return done(null);
};

export const getSitePresence: Operation<"getSitePresence"> = (desk, _who, { params }, now) => {
  const site = desk.directory.sites.get(params.siteId ?? "");
  return site === undefined ? notFound() : done(sitePresence(desk, site.siteId, now));
};

// ------------------------------------------------------------------------------------------------ zones

const zonesOf = (desk: Desk, siteId: string): Zone[] =>
  [...desk.directory.zones.values()].filter((zone) => zone.siteId === siteId);

const saveZone = (desk: Desk, who: Who, zone: Zone, now: number) => {
  const before = desk.directory.zones.get(zone.zoneId);
  const version = desk.people.saveThing("zone", zone.zoneId, zone);
  const { shape, ...facts } = zone;
  if (JSON.stringify(shape) !== JSON.stringify(before?.shape)) desk.shapesChanged();
  desk.record("zone.saved", zone.zoneId, now, by(who), { ...facts, version }, who.ip);
  return done(zone);
};

const zoneAt = (desk: Desk, params: Readonly<Record<string, string>>): Zone | undefined => {
  const zone = desk.directory.zones.get(params.zoneId ?? "");
  return zone?.siteId === params.siteId ? zone : undefined;
};

export const createZone: Operation<"createZone"> = (desk, who, { params, body }, now) => {
  const site = desk.directory.sites.get(params.siteId ?? "");
  if (site === undefined) return notFound();
  const zones = zonesOf(desk, site.siteId);
  if (nameTaken(zones, body.name)) return refuse("name_taken");
  if (zones.length >= limits.zonesPerSite) return refuse("conflict", "there are too many zones");
  const zone: Zone = { zoneId: newId("zon"), siteId: site.siteId, name: body.name };
  return saveZone(desk, who, patched(zone, body), now);
};

export const listZones: Operation<"listZones"> = (desk, _who, { params, query }) => {
  if (!desk.directory.sites.has(params.siteId ?? "")) return notFound();
  return pageOf(zonesOf(desk, params.siteId ?? ""), (zone) => nameKey(zone.name), query);
};

export const getZone: Operation<"getZone"> = (desk, _who, { params }) => {
  const zone = zoneAt(desk, params);
  return zone === undefined ? notFound() : done(zone);
};

export const patchZone: Operation<"patchZone"> = (desk, who, { params, body }, now) => {
  const zone = zoneAt(desk, params);
  if (zone === undefined) return notFound();
  if (body.name !== undefined && nameTaken(zonesOf(desk, zone.siteId), body.name, zone)) return refuse("name_taken");
  return saveZone(desk, who, patched(zone, body), now);
};

export const deleteZone: Operation<"deleteZone"> = (desk, who, { params }, now) => {
  const zone = zoneAt(desk, params);
  if (zone === undefined) return notFound();
  if (namedInTargets(desk.directory, zone.zoneId))
    return refuse("conflict", "a scenario or integration uses this zone");
  for (const kiosk of desk.kiosks.list())
    if (kiosk.zoneId === zone.zoneId) return refuse("conflict", "remove its kiosks first");
  if (zone.shape !== undefined) desk.shapesChanged();
  const version = desk.people.removeThing("zone", zone.zoneId);
  const { shape: _, ...facts } = zone;
  desk.record("zone.saved", zone.zoneId, now, by(who), { ...facts, version, deleted: true }, who.ip);
  return done(null);
};
