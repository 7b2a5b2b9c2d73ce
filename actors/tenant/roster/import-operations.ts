import { limits } from "../../../protocol/limits.ts";
import type { ImportError } from "../../../protocol/people.ts";
import { done, type FieldError, refuse } from "../../../protocol/problems.ts";
import type { NewShiftTemplate, ShiftImportResult, ShiftTemplate } from "../../../protocol/rosters.ts";
import { newId } from "../../kernel/ids.ts";
import type { Desk, Who } from "../desk.ts";
import { nameKey } from "../directory/directory.ts";
import { notFound, type Operation, pageOf } from "../operations/operation.ts";
import { patched } from "../operations/places.ts";
import { carryOut } from "./carrying-out.ts";
import { expand, sizeOf } from "./expanding.ts";
import type { ReadFile } from "./file-row.ts";
import { planShifts, type WantedShift } from "./planning.ts";
import { inColumns, resolveRows } from "./resolving.ts";
import { zoneOf } from "./saying.ts";
import { TemplateStore } from "./template-store.ts";

const by = (who: Who) => ({ type: "user", id: who.person.userId }) as const;
const storeOf = (desk: Desk) => new TemplateStore(desk.kernel.database);

/** Errors named in one answer; the counts tell of all that was taken. */
const mostErrors = 1_000;

const take = (
  desk: Desk,
  who: Who,
  wanted: readonly WantedShift[],
  bad: readonly ImportError[],
  dryRun: boolean,
  now: number,
): ShiftImportResult => {
  const known = desk.rosters.byOrigin(wanted.map(({ origin }) => origin));
  const room = limits.shiftsPerTenant - desk.rosters.count();
  const facts = { newShiftId: () => newId("shf"), room, now };
  const { result, change } = planShifts(desk.rosters, wanted, known, facts);
  if (!dryRun && change.save.length > 0) carryOut(desk, change, by(who), now, who.ip);
  const errors = [...bad, ...result.errors].sort((a, b) => a.row - b.row).slice(0, mostErrors);
  return { ...result, errors };
};

/** `file` is what the edge has read of the text: no parser runs in the actor that alarms wait for. */
export const importShifts: Operation<"importShifts", { file: ReadFile }> = (desk, who, input, now) => {
  const { body, query, file } = input;
  const unknown: FieldError[] = [];
  if (body.siteId !== undefined && !desk.directory.sites.has(body.siteId))
    unknown.push({ path: "siteId", message: "does not exist" });
  if (body.roleId !== undefined && !desk.directory.roles.has(body.roleId))
    unknown.push({ path: "roleId", message: "does not exist" });
  if (unknown.length > 0) return refuse("invalid", undefined, unknown);
  const { format, siteId, roleId } = body;
  const zones = { zoneOf: (id: string) => zoneOf(desk, id) };
  const { wanted, errors } = resolveRows(file.rows, desk.directory, { format, siteId, roleId, ...zones });
  const result = take(desk, who, wanted, [...file.errors, ...errors], query.dryRun === "true", now);
  return done({ ...result, errors: inColumns(result.errors) });
};

// ------------------------------------------------------------------------------------------------ templates

/** What a template's lines name and does not exist, by path. */
const unknownIn = (desk: Desk, { lines = [] }: Partial<NewShiftTemplate>): FieldError[] =>
  lines.flatMap(({ siteId, roleId, userId }, i) => [
    ...(desk.directory.sites.has(siteId) ? [] : [{ path: `lines.${i}.siteId`, message: "does not exist" }]),
    ...(desk.directory.roles.has(roleId) ? [] : [{ path: `lines.${i}.roleId`, message: "does not exist" }]),
    ...(userId === undefined || desk.directory.people.has(userId)
      ? []
      : [{ path: `lines.${i}.userId`, message: "does not exist" }]),
  ]);

const isTaken = (desk: Desk, name: string, except?: string): boolean =>
  storeOf(desk)
    .all()
    .some((one) => one.templateId !== except && nameKey(one.name) === nameKey(name));

const save = (desk: Desk, who: Who, template: ShiftTemplate, now: number) => {
  const version = storeOf(desk).save(template);
  const { templateId, name, lines } = template;
  const body = { templateId, name, lines: lines.length, version };
  desk.record("shiftTemplate.saved", templateId, now, by(who), body, who.ip);
  return done(template);
};

export const createShiftTemplate: Operation<"createShiftTemplate"> = (desk, who, { body }, now) => {
  const errors = unknownIn(desk, body);
  if (errors.length > 0) return refuse("invalid", undefined, errors);
  if (isTaken(desk, body.name)) return refuse("name_taken");
  if (storeOf(desk).all().length >= limits.shiftTemplatesPerTenant)
    return refuse("conflict", "there are too many templates");
  return save(desk, who, { templateId: newId("wkt"), ...body }, now);
};

export const listShiftTemplates: Operation<"listShiftTemplates"> = (desk, _who, { query }) =>
  pageOf(storeOf(desk).all(), ({ name }) => nameKey(name), query);

export const getShiftTemplate: Operation<"getShiftTemplate"> = (desk, _who, { params }) => {
  const template = storeOf(desk).get(params.templateId ?? "");
  return template === undefined ? notFound() : done(template);
};

export const patchShiftTemplate: Operation<"patchShiftTemplate"> = (desk, who, { params, body }, now) => {
  const template = storeOf(desk).get(params.templateId ?? "");
  if (template === undefined) return notFound();
  const errors = unknownIn(desk, body.lines === undefined ? {} : { lines: body.lines });
  if (errors.length > 0) return refuse("invalid", undefined, errors);
  if (body.name !== undefined && isTaken(desk, body.name, template.templateId)) return refuse("name_taken");
  return save(desk, who, patched(template, body), now);
};

export const deleteShiftTemplate: Operation<"deleteShiftTemplate"> = (desk, who, { params }, now) => {
  const template = storeOf(desk).get(params.templateId ?? "");
  if (template === undefined) return notFound();
  const { templateId, name, lines } = template;
  const version = storeOf(desk).remove(templateId);
  const body = { templateId, name, lines: lines.length, version, deleted: true };
  desk.record("shiftTemplate.saved", templateId, now, by(who), body, who.ip);
  return done(null);
};

export const expandShiftTemplate: Operation<"expandShiftTemplate"> = (desk, who, { params, body, query }, now) => {
  const template = storeOf(desk).get(params.templateId ?? "");
  if (template === undefined) return notFound();
  if (sizeOf(template, body) > limits.shiftImportRows)
    return refuse("invalid", undefined, [
      { path: "weeks", message: `makes more than ${limits.shiftImportRows} shifts` },
    ]);
  const wanted = expand(template, body, (siteId) => zoneOf(desk, siteId));
  return done(take(desk, who, wanted, [], query.dryRun === "true", now));
};
