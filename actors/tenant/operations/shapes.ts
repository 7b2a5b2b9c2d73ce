import { limits } from "../../../protocol/limits.ts";
import type { PlaceShape } from "../../../protocol/places.ts";
import { done } from "../../../protocol/problems.ts";
import { type Operation, pageOf } from "./operation.ts";

/**
 * Shapes for the devices that decide by themselves. Everybody gets those of all places: whoever asked for the ones nearby would
 * say where they are (I7).
 */
export const getShapes: Operation<"getShapes"> = (desk, _who, { query }) => {
  const { version: known, ...page } = query;
  const version = desk.shapesVersion;
  if (known !== undefined && Number(known) === version) return done({ version });
  const shapes: PlaceShape[] = [];
  for (const { siteId, shape } of desk.directory.sites.values())
    if (shape !== undefined) shapes.push({ siteId, shape });
  for (const { siteId, zoneId, shape } of desk.directory.zones.values())
    if (shape !== undefined) shapes.push({ siteId, zoneId, shape });
  const size = Math.min(Number(page.limit ?? limits.shapesPerPage), limits.shapesPerPage);
  const paged = pageOf(shapes, ({ siteId, zoneId }) => zoneId ?? siteId, { ...page, limit: String(size) });
  return paged.ok ? done({ version, ...paged.value }) : paged;
};
