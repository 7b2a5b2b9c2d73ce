import { limits } from "../../../protocol/limits.ts";

/** What was written since the last version. Times in ms since 1970. */
export interface Writing {
  authorIds: string[];
  firstAt: number;
  lastAt: number;
}

/** When the next version is to be kept: nobody wrote for a while, or it was written for long (limits.ts). Pure. */
export const versionDueAt = ({ firstAt, lastAt }: Writing): number =>
  Math.min(firstAt + limits.noteVersionMs, lastAt + limits.noteQuietMs);
