import * as z from "zod";
import { readCsv } from "../../actors/tenant/roster/import-csv.ts";
import { readIcal } from "../../actors/tenant/roster/import-ical.ts";
import { routes } from "../../protocol/http/routes.ts";
import { Id } from "../../protocol/ids.ts";
import { limits } from "../../protocol/limits.ts";
import { answer, json, problem } from "../http/answers.ts";
import { created } from "../http/created.ts";
import { personEndpoint } from "../http/endpoint.ts";
import { addressOf, perform, performed } from "../http/perform.ts";

const Offered = z.looseObject({ offerId: Id });
const Added = z.looseObject({ shifts: z.array(z.looseObject({ shiftId: Id })) });

/** Recurring events of a file are written out from this long ago until so far ahead, ms. */
const backMs = 31 * 24 * 3_600_000;
const aheadMs = 366 * 24 * 3_600_000;

export const rosterEndpoints = {
  /** Of several there is no one address: theirs is the list's, of one its own. */
  createShifts: personEndpoint(routes.createShifts, async (call) =>
    answer(await perform(call), (value) => {
      const { shifts } = Added.parse(value);
      const only = shifts.length === 1 ? shifts[0] : undefined;
      const list = { Location: new URL(call.request.url).pathname };
      return json(201, value, only === undefined ? list : addressOf(call.request, only.shiftId));
    }),
  ),
  listShifts: performed(routes.listShifts),
  getShift: performed(routes.getShift),
  patchShift: performed(routes.patchShift),
  deleteShift: performed(routes.deleteShift),
  /** Files are read here: the actor that alarms wait for sees rows alone. */
  importShifts: personEndpoint(routes.importShifts, async (call) => {
    const { format, text } = call.body;
    const now = Date.now();
    const most = limits.shiftImportRows;
    const span = { from: now - backMs, until: now + aheadMs, mostText: limits.calendarBytes };
    const file = format === "csv" ? readCsv(text, most) : readIcal(text, { ...span, most });
    if (!file.ok) return problem(file.refusal);
    // Without the text: the rows are what is left of it.
    const lean = { ...call, body: { ...call.body, text: "-" } };
    return answer(await perform(lean, { file: file.value }), (value) => json(200, value));
  }),
  getRosterSettings: performed(routes.getRosterSettings),
  putRosterSettings: performed(routes.putRosterSettings),
  createShiftTemplate: created(routes.createShiftTemplate, "templateId"),
  listShiftTemplates: performed(routes.listShiftTemplates),
  getShiftTemplate: performed(routes.getShiftTemplate),
  patchShiftTemplate: performed(routes.patchShiftTemplate),
  deleteShiftTemplate: performed(routes.deleteShiftTemplate),
  expandShiftTemplate: performed(routes.expandShiftTemplate),
  /** Made under its shift, and from then on a thing of its own. */
  createShiftOffer: personEndpoint(routes.createShiftOffer, async (call) =>
    answer(await perform(call), (value) => {
      const { offerId } = Offered.parse(value);
      const address = new URL(call.request.url).pathname.replace(/\/rosters\/shifts\/.*$/, "/shift-offers");
      return json(201, value, { Location: `${address}/${offerId}` });
    }),
  ),
  listOwnShiftOffers: performed(routes.listOwnShiftOffers),
  getShiftOffer: performed(routes.getShiftOffer),
  acceptShiftOffer: performed(routes.acceptShiftOffer),
  withdrawShiftOffer: performed(routes.withdrawShiftOffer),
  listExpiringQualifications: performed(routes.listExpiringQualifications),
};
