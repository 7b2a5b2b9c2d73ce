import { signal } from "@preact/signals";
import { routes } from "../../../protocol/http/routes.ts";
import { KioskSession, type KioskSign, type KioskSigned } from "../../../protocol/kiosks.ts";
import { StandbyApi } from "../../sdk/api.ts";
import { dropText, keepText, keptText } from "./keep.ts";
import { hasCode } from "./problems.ts";
import { tenant } from "./route.ts";

/** How often a kiosk looks whether the server is there, ms, and how long that and signing may take. */
const lookMs = 10_000;
const answerMs = 8_000;

const keyOf = (slug: string): string => `standby.kiosk.${slug}`;

/** What this device keeps: a token that can sign people and nothing else (T1). */
const kept = (): KioskSession | undefined => {
  const text = keptText(keyOf(tenant.peek() ?? ""));
  if (text === undefined) return undefined;
  try {
    return KioskSession.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
};

export const kiosk = signal<KioskSession | undefined>(kept());
/** Whether somebody was told that this kiosk is none any more. */
export const isOut = signal(false);
export const isKioskOnline = signal(true);

const apiOf = (token?: string): StandbyApi =>
  new StandbyApi({
    baseUrl: location.origin,
    tenant: tenant.peek() ?? "",
    // A person who logged in on this device is somebody else than the kiosk.
    credentials: "omit",
    timeoutMs: answerMs,
    ...(token === undefined ? {} : { token }),
  });

/** Uses the one-time code up: this device is the kiosk from now on. @throws StandbyProblem `expired` when it was used or is over */
export const enrolKiosk = async (code: string): Promise<void> => {
  const session = await apiOf().call(routes.createKioskSession, { body: { code } });
  keepText(keyOf(tenant.peek() ?? ""), JSON.stringify(session));
  isOut.value = false;
  kiosk.value = session;
};

/** @throws StandbyProblem `expired`, `rate_limited`; StandbyUnreachable when no answer came */
export const signAtKiosk = async (sign: KioskSign): Promise<KioskSigned> => {
  try {
    return await apiOf(kiosk.peek()?.token).call(routes.signAtKiosk, { body: sign });
  } catch (error) {
    if (hasCode(error, "unauthenticated")) {
      dropText(keyOf(tenant.peek() ?? ""));
      isOut.value = true;
      kiosk.value = undefined;
    }
    throw error;
  }
};

/** Looks again and again whether signing would work, so that a person knows before and not after. @returns how to end it */
export const watchServer = (): (() => void) => {
  let isEnded = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = async (): Promise<void> => {
    clearTimeout(timer);
    let isThere = false;
    try {
      isThere = navigator.onLine && (await fetch("/healthz", { signal: AbortSignal.timeout(answerMs) })).ok;
    } catch {
      isThere = false;
    }
    if (isEnded) return;
    isKioskOnline.value = isThere;
    timer = setTimeout(() => void look(), lookMs);
  };
  const now = (): void => void look();
  for (const event of ["online", "offline"]) addEventListener(event, now);
  now();
  return () => {
    isEnded = true;
    clearTimeout(timer);
    for (const event of ["online", "offline"]) removeEventListener(event, now);
  };
};
