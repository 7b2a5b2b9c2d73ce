import { computed, signal } from "@preact/signals";
import { routes } from "../../../protocol/http/routes.ts";
import type { LineState, RollCall, RollCallLine, Tick } from "../../../protocol/roll-calls.ts";
import type { RollCallFrame } from "../../../protocol/socket/server-frames.ts";
import type { AlarmSocket } from "../../sdk/alarm-socket.ts";
import { socket } from "./link.ts";
import { api } from "./session.ts";

/** Open roll-calls in which this person has a line, the newest first. */
export const ownRollCalls = signal<readonly RollCallFrame[]>([]);
/** Check-ins that the server has not confirmed yet, by roll-call. */
export const checkingIn = signal<ReadonlySet<string>>(new Set());

export type Lines = ReadonlyMap<string, RollCallLine>;

export interface LiveRollCall {
  rollCallId: string;
  rollCall: RollCall | undefined;
  lines: Lines;
  error?: unknown;
}

/** The one roll-call somebody is looking at. */
export const liveRollCall = signal<LiveRollCall | undefined>(undefined);

/** Open roll-calls of the organisation, for those who lead, stand at a muster point, or look at a wall. */
export const openRollCalls = signal<readonly RollCall[]>([]);

const set = (rollCallId: string, part: Partial<LiveRollCall>): void => {
  if (liveRollCall.value?.rollCallId === rollCallId) liveRollCall.value = { ...liveRollCall.value, ...part };
};

const merged = (former: Lines, news: readonly RollCallLine[]): Lines => {
  if (news.length === 0) return former;
  const next = new Map(former);
  for (const line of news) if (line.version >= (next.get(line.userId)?.version ?? -1)) next.set(line.userId, line);
  return next;
};

const newer = (former: RollCall | undefined, next: RollCall): RollCall =>
  former !== undefined && former.version > next.version ? former : next;

export const showRollCall = (rollCall: RollCall): void => {
  const { rollCallId } = rollCall;
  if (liveRollCall.value?.rollCallId === rollCallId)
    set(rollCallId, { rollCall: newer(liveRollCall.value.rollCall, rollCall) });
  const others = openRollCalls.value.filter((r) => r.rollCallId !== rollCallId);
  openRollCalls.value = rollCall.state === "open" ? [rollCall, ...others] : others;
};

export const listenForRollCalls = (line: AlarmSocket): void => {
  ownRollCalls.value = [];
  checkingIn.value = new Set();
  line.on("rollCall", (frame) => {
    const others = ownRollCalls.value.filter((r) => r.rollCallId !== frame.rollCallId);
    const mine = frame.state === "open" && frame.you !== undefined ? [frame] : [];
    ownRollCalls.value = [...mine, ...others].toSorted((a, b) => b.openedAt.localeCompare(a.openedAt));
    if (frame.you?.state === "accountedFor" || frame.state === "closed") settled(frame.rollCallId);
  });
  line.on("error", ({ ref }) => {
    if (ref !== undefined && checkingIn.value.has(ref)) settled(ref);
  });
  line.on("board", (board) => {
    if (board.board !== "rollCall" || liveRollCall.value?.rollCallId !== board.rollCall.rollCallId) return;
    const { rollCallId } = board.rollCall;
    set(rollCallId, {
      rollCall: newer(liveRollCall.value.rollCall, board.rollCall),
      lines: merged(board.full ? new Map() : liveRollCall.value.lines, board.lines),
    });
  });
};

const settled = (rollCallId: string): void => {
  checkingIn.value = new Set([...checkingIn.value].filter((id) => id !== rollCallId));
};

/** Works without a line too: kept, and told with when it was pressed. */
export const checkIn = (rollCallId: string, musterPointId: string | undefined): void => {
  checkingIn.value = new Set([...checkingIn.value, rollCallId]);
  void socket.value?.checkIn(rollCallId, musterPointId);
};

/** @returns how to stop */
export const followRollCall = (rollCallId: string): (() => void) => {
  liveRollCall.value = { rollCallId, rollCall: undefined, lines: new Map() };
  socket.value?.watch({ board: "rollCall", rollCallId });
  void fetchRollCall(rollCallId);
  return () => {
    socket.value?.unwatch("rollCall");
    if (liveRollCall.value?.rollCallId === rollCallId) liveRollCall.value = undefined;
  };
};

/** The board says more and sooner, but there is none without a line. */
export const fetchRollCall = async (rollCallId: string): Promise<void> => {
  try {
    const params = { rollCallId };
    const rollCall = await api().call(routes.getRollCall, { params });
    set(rollCallId, { rollCall: newer(liveRollCall.value?.rollCall, rollCall), error: undefined });
    for await (const lines of api().pages(routes.listRollCallLines, { params, query: { limit: 200 } })) {
      if (liveRollCall.value?.rollCallId !== rollCallId) return;
      set(rollCallId, { lines: merged(liveRollCall.value.lines, lines) });
    }
  } catch (error) {
    set(rollCallId, { error });
  }
};

export const loadOpenRollCalls = async (): Promise<void> => {
  try {
    openRollCalls.value = (await api().call(routes.listRollCalls, { query: { state: "open", limit: 50 } })).items;
  } catch {
    // What is on the screen stays; the next round asks again.
  }
};

/** @throws what the server refused */
export const tick = async (rollCallId: string, userId: string, body: Tick): Promise<void> => {
  const line = await api().call(routes.tickLine, { params: { rollCallId, userId }, body });
  if (liveRollCall.value?.rollCallId === rollCallId)
    set(rollCallId, { lines: merged(liveRollCall.value.lines, [line]) });
};

const collator = new Intl.Collator();
const rank: Record<LineState, number> = { missing: 0, unknown: 1, accountedFor: 2 };

/** Who is missing comes first: that is whom somebody looks for. */
export const sortedLines = computed<readonly RollCallLine[]>(() =>
  [...(liveRollCall.value?.lines.values() ?? [])].sort(
    (a, b) => rank[a.state] - rank[b.state] || collator.compare(a.name, b.name),
  ),
);
