import { computed, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { routes } from "../../../protocol/http/routes.ts";
import type { ShiftOffer } from "../../../protocol/rosters.ts";
import type { CoverRequest } from "../../../protocol/staffing.ts";
import type { AlarmSocket } from "../../sdk/alarm-socket.ts";
import { api, isWallboard, me } from "./session.ts";

/** Open offers that this person is asked to take, and those they made; undefined until the server was asked. */
export const offers = signal<readonly ShiftOffer[] | undefined>(undefined);
/** Requests to help out, of which those who lead see all. */
export const covers = signal<readonly CoverRequest[] | undefined>(undefined);
export const askedError = signal<unknown>(undefined);

/** Grows with every notice about shifts and staffing: what is shown of them is out of date. */
const news = signal(0);

const about = new Set<string>([
  "shiftOffered",
  "shiftTaken",
  "shiftEmpty",
  "shiftFilled",
  "staffingShort",
  "staffingSolved",
  "coverAsked",
  "coverTaken",
]);

export const loadAsked = async (): Promise<void> => {
  if (isWallboard.value) return;
  try {
    const query = { limit: 200 };
    const [offered, asked] = await Promise.all([
      api().call(routes.listOwnShiftOffers, { query }),
      api().call(routes.listCoverRequests, { query }),
    ]);
    offers.value = offered.items;
    covers.value = asked.items;
    askedError.value = undefined;
  } catch (error) {
    askedError.value = error;
  }
};

export const listenForPlanning = (line: AlarmSocket): void => {
  offers.value = undefined;
  covers.value = undefined;
  askedError.value = undefined;
  line.on("welcome", () => {
    news.value += 1;
    void loadAsked();
  });
  line.on("notice", ({ notice }) => {
    if (!about.has(notice)) return;
    news.value += 1;
    void loadAsked();
  });
};

/** Runs again after each notice about shifts and staffing; not the first time. */
export const useNews = (run: () => void): void => {
  const seen = useRef(news.value);
  const current = news.value;
  useEffect(() => {
    if (seen.current === current) return;
    seen.current = current;
    run();
  }, [current]);
};

/** Shifts of others that this person could take over now. */
export const offeredToMe = computed(() =>
  (offers.value ?? []).filter(({ by, acceptable }) => by.userId !== me.value?.userId && acceptable),
);

export const offeredByMe = computed(() => (offers.value ?? []).filter(({ by }) => by.userId === me.value?.userId));

/** Requests that wait for this person. Others than those who lead see only what they are asked. */
export const coversForMe = computed(() =>
  (covers.value ?? []).filter(
    ({ state, asked, takenBy }) =>
      state === "open" &&
      (asked === undefined || asked.includes(me.value?.userId ?? "")) &&
      !takenBy.some(({ userId }) => userId === me.value?.userId),
  ),
);
