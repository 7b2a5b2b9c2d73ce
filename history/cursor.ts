import * as z from "zod";
import { Id } from "../protocol/ids.ts";

/** Where a page of alarms ended: [raisedAt, alarmId]. */
const Position = z.tuple([z.int(), Id]);
export type Position = z.infer<typeof Position>;

/** Base64url of ASCII: nothing of a cursor needs escaping in a query. */
export const toCursor = (position: Position): string =>
  btoa(JSON.stringify(position)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** undefined for what toCursor never made. */
export const fromCursor = (cursor: string): Position | undefined => {
  try {
    const decoded: unknown = JSON.parse(atob(cursor.replaceAll("-", "+").replaceAll("_", "/")));
    return Position.safeParse(decoded).data;
  } catch {
    return undefined;
  }
};
