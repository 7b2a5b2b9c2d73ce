import { signal } from "@preact/signals";
import type { Alarm } from "../../../protocol/alarms.ts";
import type { AlarmRecord } from "../../../protocol/history.ts";
import { api } from "./session.ts";

export interface PastAlarms {
  /** Days as date inputs have them, `2026-11-23`; empty for no limit. */
  from: string;
  to: string;
  items: readonly Alarm[];
  cursor?: string;
  loading: boolean;
  error?: unknown;
}

export const past = signal<PastAlarms>({ from: "", to: "", items: [], loading: false });
export const record = signal<{ alarmId: string; record?: AlarmRecord; error?: unknown } | undefined>(undefined);

/** Start of a day of this computer, `days` later, as the wire's time. */
const startOf = (day: string, days = 0): string | undefined => {
  if (day === "") return undefined;
  const at = new Date(`${day}T00:00:00`);
  at.setDate(at.getDate() + days);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
};

let newest = 0;

/** @param more the next page of the same list, else the list anew */
export const loadPast = async (more = false): Promise<void> => {
  const asking = ++newest;
  const { error: _, cursor, ...rest } = past.value;
  past.value = {
    ...rest,
    ...(more && cursor !== undefined ? { cursor } : {}),
    items: more ? rest.items : [],
    loading: true,
  };
  const from = startOf(rest.from);
  const to = startOf(rest.to, 1);
  try {
    const page = await api().historyAlarms({ from, to, cursor: more ? cursor : undefined });
    if (asking !== newest) return;
    past.value = {
      from: rest.from,
      to: rest.to,
      items: [...(more ? rest.items : []), ...page.items],
      loading: false,
      ...(page.nextCursor === undefined ? {} : { cursor: page.nextCursor }),
    };
  } catch (error) {
    if (asking === newest) past.value = { ...past.value, loading: false, error };
  }
};

export const choosePeriod = (part: { from?: string; to?: string }): void => {
  past.value = { ...past.value, ...part };
};

export const loadRecord = async (alarmId: string): Promise<void> => {
  record.value = { alarmId };
  try {
    const loaded = await api().historyAlarm(alarmId);
    if (record.value?.alarmId === alarmId) record.value = { alarmId, record: loaded };
  } catch (error) {
    if (record.value?.alarmId === alarmId) record.value = { alarmId, error };
  }
};

export const saveAsJson = (loaded: AlarmRecord): void => {
  const file = URL.createObjectURL(new Blob([JSON.stringify(loaded, null, 2)], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = file;
  link.download = `alarm-${loaded.raisedAt.slice(0, 10)}-${loaded.alarmId}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(file), 10_000);
};
