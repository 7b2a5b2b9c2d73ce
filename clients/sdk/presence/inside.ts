import pointInPolygon from "point-in-polygon-hao";
import type { Shape } from "../../../protocol/places.ts";

/** Where a fix is to a shape: inside, and how far from its border. Stays on the device, like everything in this folder (I7). */
export interface Placing {
  inside: boolean;
  /** Metres to the nearest border, from either side. */
  borderMeters: number;
}

type Ring = readonly (readonly [number, number])[];

const metersPerDegree = 111_195;

const polygonsOf = (shape: Shape): readonly (readonly Ring[])[] =>
  shape.type === "Polygon" ? [shape.coordinates] : shape.coordinates;

/** RFC 7946 says that a ring ends where it began; one that was drawn without is closed here. */
const closed = (ring: Ring): [number, number][] => {
  const points = ring.map(([x, y]): [number, number] => [x, y]);
  const [first, last] = [points[0], points.at(-1)];
  if (first !== undefined && last !== undefined && (first[0] !== last[0] || first[1] !== last[1]))
    points.push([...first]);
  return points;
};

/** Metres from the origin to the nearest point of a stretch, on the plane around the origin. */
const toStretch = (ax: number, ay: number, bx: number, by: number): number => {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const t = length === 0 ? 0 : Math.max(0, Math.min(1, -(ax * dx + ay * dy) / length));
  return Math.hypot(ax + t * dx, ay + t * dy);
};

/** The short way round: a border on the other side of the antimeridian is near, not a whole globe away. */
const eastward = (degrees: number): number => ((((degrees + 180) % 360) + 360) % 360) - 180;

/**
 * Whether a point is in a shape, holes left out; exactly on a border counts as inside. Distances are those on a plane around the
 * point, exact to a millimetre over the size of a site.
 */
export const placeIn = (longitude: number, latitude: number, shape: Shape): Placing => {
  const scale = Math.cos((latitude * Math.PI) / 180) * metersPerDegree;
  let inside = false;
  let borderMeters = Number.POSITIVE_INFINITY;
  for (const polygon of polygonsOf(shape)) {
    const rings = polygon.map(closed);
    // 0 is on the border.
    inside ||= pointInPolygon([longitude, latitude], rings) !== false;
    for (const ring of rings)
      for (const [i, [bx, by]] of ring.entries()) {
        const [ax, ay] = ring[i - 1] ?? [bx, by];
        const meters = toStretch(
          eastward(ax - longitude) * scale,
          (ay - latitude) * metersPerDegree,
          eastward(bx - longitude) * scale,
          (by - latitude) * metersPerDegree,
        );
        borderMeters = Math.min(borderMeters, meters);
      }
  }
  return { inside, borderMeters };
};

/** How large a shape is, in metres: the shorter side of the box around it. A fix less exact than this decides nothing. */
export const sizeMeters = (shape: Shape): number => {
  const points = polygonsOf(shape).flatMap((polygon) => polygon[0] ?? []);
  const latitudes = points.map(([, y]) => y);
  const [south, north] = [Math.min(...latitudes), Math.max(...latitudes)];
  const first = points[0]?.[0] ?? 0;
  const easts = points.map(([x]) => eastward(x - first));
  const width = (Math.max(...easts) - Math.min(...easts)) * Math.cos((((south + north) / 2) * Math.PI) / 180);
  return Math.min(width, north - south) * metersPerDegree;
};
