/** Asks the light client that holds the devices which only listen (load/churn/listeners.ts). */
import http from "k6/http";
import type { Heard } from "../churn/heard.ts";
import { listenersUrl } from "./parameters.ts";

function ask<T>(path: string): T {
  const answer = http.get(`${listenersUrl}${path}`, { responseType: "text", timeout: "60s" });
  if (answer.status !== 200) throw new Error(`the listeners answered ${answer.status} ${answer.error}: ${answer.body}`);
  return answer.json() as T;
}

/** Between two turns. @returns processor time of the server since it was last asked, ms; 0 the first time */
export const turn = (): number => ask<{ serverMs: number }>("/turn").serverMs;

/** Just before an alarm is raised: what is measured of it begins. */
export const begin = (): void => {
  ask("/begin");
};

/** Waits until all of them have it, or the time for that is over. */
export const heard = (alarmId: string, raisedAt: number): Heard =>
  ask<Heard>(`/heard?alarm=${alarmId}&raisedAt=${raisedAt}`);
