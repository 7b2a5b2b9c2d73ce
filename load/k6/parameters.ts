/** What a run may be told, by environment variables; `load/run-k6.ts` makes them from options. */

function number(name: string, fallback: number): number {
  const text = __ENV[name];
  const value = text === undefined || text === "" ? fallback : Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new Error(`${name} must be a positive number, not "${text}"`);
  return value;
}

function required(name: string): string {
  const text = __ENV[name];
  if (text === undefined || text === "") throw new Error(`${name} must be given`);
  return text;
}

export const baseUrl = required("BASE_URL").replace(/\/$/, "");
export const operatorToken = required("OPERATOR_TOKEN");

export const sites = number("SITES", 1);
/** In all, one a person. */
export const sockets = number("SOCKETS", 300);
export const alarms = number("ALARMS", 5);
/** Alarms a minute. */
export const rate = number("RATE", 30);
/** Seconds that all sockets have to open before the first alarm. */
export const connectSeconds = number("CONNECT_SECONDS", 5 + Math.ceil(sockets / 250));
/** Seconds that the devices go on listening after the last alarm: longer than the first resending (5 s), to see repeats. */
export const lingerSeconds = number("LINGER_SECONDS", 8);

/** Of escalation-storm: organisations, the people of each, and when their escalation step is due. */
export const tenants = number("TENANTS", 50);
export const people = number("PEOPLE", 10);
export const stepSeconds = number("STEP_SECONDS", 5);

/** Of presence-churn: how often people of the site come or go, how many of them do, and the virtual users that hold them (a watcher each). */
export const changesPerMinute = number("CHANGES", 10_000);
/** Of those people of the site whose devices k6 has; `run-k6.ts` decides. */
export const walkers = number("WALKERS", 100);
export const churnHolders = Math.min(5, Math.ceil(walkers / 20));
/** The file with the prepared tenant, and where the devices are asked that only listen. */
export const tenantFile = __ENV.TENANT_FILE ?? "";
export const listenersUrl = __ENV.LISTENERS_URL ?? "";
/** Whether times are held against their limits, or told alone. */
export const judgesSpeed = __ENV.ASSERT === "true";

/** Of chat-rooms: messages in all, and in a minute. */
export const messages = number("MESSAGES", 300);
export const messageRate = number("MESSAGE_RATE", 600);

/** One virtual user is one JavaScript engine: few of them with many sockets each take the least memory. */
const SOCKETS_A_HOLDER = 100;
export const holders = Math.ceil(sockets / SOCKETS_A_HOLDER);
export const alarmSeconds = Math.ceil((alarms * 60) / rate);
/** From the start of the holders to the end of their listening. */
export const holdSeconds = connectSeconds + alarmSeconds + lingerSeconds;
