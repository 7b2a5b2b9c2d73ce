import { routes } from "../../../protocol/http/routes.ts";
import type { PlaceShape } from "../../../protocol/places.ts";
import type { StandbyApi } from "../api.ts";

/** The shapes that a device has, and of which version. */
export interface KnownShapes {
  version: number;
  places: readonly PlaceShape[];
}

const pageTries = 3;

/**
 * The newest shapes of the tenant, all of them: asking for those nearby would tell where the device is (I7).
 *
 * @returns what was given when nothing changed
 */
export const fetchShapes = async (
  api: Pick<StandbyApi, "call">,
  known: KnownShapes | undefined,
): Promise<KnownShapes> => {
  const version = known === undefined ? undefined : String(known.version);
  let first = await api.call(routes.getShapes, { query: { version } });
  for (let tries = 0; tries < pageTries; tries++) {
    if (first.items === undefined) return known ?? { version: first.version, places: [] };
    const places = [...first.items];
    let page = first;
    while (page.nextCursor !== undefined) {
      page = await api.call(routes.getShapes, { query: { cursor: page.nextCursor } });
      if (page.version !== first.version) break;
      places.push(...(page.items ?? []));
    }
    if (page.version === first.version) return { version: first.version, places };
    // Somebody drew meanwhile: pages of two versions are not one map.
    first = await api.call(routes.getShapes, {});
  }
  throw new Error("the shapes changed faster than they could be read");
};
