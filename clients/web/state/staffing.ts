import { signal } from "@preact/signals";
import { routes } from "../../../protocol/http/routes.ts";
import type { CoverRequest, StaffingForecast, StaffingLevel, StaffingRule } from "../../../protocol/staffing.ts";
import { names } from "./directory.ts";
import { words } from "./language.ts";
import { socket } from "./link.ts";
import { api } from "./session.ts";

/** How every rule stands now, with the people; undefined until the server was asked. */
export const levels = signal<readonly StaffingLevel[] | undefined>(undefined);
export const levelsError = signal<unknown>(undefined);

/** "First aider, North", or the name that a rule was given. */
export const postOf = ({ name, roleId, siteId }: Pick<StaffingRule, "name" | "roleId" | "siteId">): string => {
  const where = siteId === undefined ? words.value.staffing.anywhere : (names.value.get(siteId) ?? "…");
  return name ?? `${names.value.get(roleId) ?? "…"}, ${where}`;
};

let isAsking = false;
let isStale = false;

/** While an answer is on its way, changes ask for one more: the last answer is never older than the last change. */
export const loadLevels = async (): Promise<void> => {
  if (isAsking) {
    isStale = true;
    return;
  }
  isAsking = true;
  try {
    do {
      isStale = false;
      const all: StaffingLevel[] = [];
      for await (const level of api().items(routes.getStaffing, { query: { limit: 200 } })) all.push(level);
      levels.value = all;
      levelsError.value = undefined;
    } while (isStale);
  } catch (error) {
    levelsError.value = error;
  } finally {
    isAsking = false;
  }
};

/** The board tells of changes at once, in counts alone; the people are asked for. @returns how to stop */
export const followLevels = (): (() => void) => {
  levels.value = undefined;
  levelsError.value = undefined;
  const line = socket.value;
  const stop = line?.on("board", ({ board }) => {
    if (board === "staffing") void loadLevels();
  });
  line?.watch({ board: "staffing" });
  void loadLevels();
  return () => {
    stop?.();
    line?.unwatch("staffing");
  };
};

export type Gap = StaffingForecast["gaps"][number];

export const loadRules = async (signal: AbortSignal): Promise<StaffingRule[]> => {
  const all: StaffingRule[] = [];
  for await (const rule of api().items(routes.listStaffingRules, { query: { limit: 200 }, signal })) all.push(rule);
  return all;
};

/** @throws what the server refused */
export const askToCover = (body: {
  staffingRuleId: string;
  from: string;
  to: string;
  count: number;
}): Promise<CoverRequest> => api().call(routes.createCoverRequest, { body });
