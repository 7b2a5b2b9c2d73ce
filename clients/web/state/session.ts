import { computed, signal } from "@preact/signals";
import { routes } from "../../../protocol/http/routes.ts";
import type { User } from "../../../protocol/people.ts";
import { StandbyApi } from "../../sdk/api.ts";
import { StandbyUnreachable } from "../../sdk/problem.ts";
import { followPerson } from "./language.ts";
import { settleIn, tenant } from "./route.ts";

export type Session =
  | { state: "checking" }
  | { state: "unreachable" }
  | { state: "out"; why?: "ended" | "loggedOut" }
  | { state: "in"; user: User; api: StandbyApi; tenant: string };

export const session = signal<Session>({ state: "checking" });

export const me = computed(() => (session.value.state === "in" ? session.value.user : undefined));
export const mayCoordinate = computed(() => {
  const permission = me.value?.permission;
  return permission === "coordinator" || permission === "admin";
});
/** Whoever sets things up for all. */
export const mayAdminister = computed(() => me.value?.permission === "admin");
/** Whoever may stand at a muster point and tick people off. */
export const mayMarshal = computed(() => mayCoordinate.value || me.value?.permission === "responder");
export const isWallboard = computed(() => me.value?.permission === "wallboard");

const apiOf = (slug: string): StandbyApi =>
  // No token: the session is in the HttpOnly cookie, where no script can read it.
  new StandbyApi({ baseUrl: location.origin, tenant: slug, credentials: "same-origin" });

/** The API of the person who is logged in. @throws Error when nobody is: views that call exist only then. */
export const api = (): StandbyApi => {
  if (session.value.state !== "in") throw new Error("nobody is logged in");
  return session.value.api;
};

const enter = (slug: string, user: User): void => {
  followPerson(user.locale);
  settleIn(slug);
  session.value = { state: "in", user, api: apiOf(slug), tenant: slug };
};

/** Whoever the cookie says; tried again every two seconds while the server does not answer. */
export const findSession = async (): Promise<void> => {
  const slug = tenant.value;
  if (slug === undefined) {
    session.value = { state: "out" };
    return;
  }
  try {
    enter(slug, await apiOf(slug).me());
  } catch (error) {
    if (!(error instanceof StandbyUnreachable)) {
      session.value = { state: "out" };
      return;
    }
    session.value = { state: "unreachable" };
    setTimeout(() => void findSession(), 2_000);
  }
};

/** @throws StandbyProblem `unauthenticated` for a wrong user name or password */
export const logIn = async (slug: string, username: string, password: string): Promise<void> => {
  const { user } = await apiOf(slug).call(routes.logIn, { body: { username, password } });
  enter(slug, user);
};

/** @throws StandbyProblem `expired` when the invitation was used */
export const acceptInvitation = async (slug: string, invitation: string, password: string): Promise<void> => {
  const { user } = await apiOf(slug).call(routes.acceptInvitation, { body: { invitation, password } });
  enter(slug, user);
};

/** The page forgets the session whatever the server says: somebody who walks away must not stay logged in on screen. */
export const logOut = async (): Promise<void> => {
  const ending = api();
  session.value = { state: "out", why: "loggedOut" };
  await ending.logOut().catch(() => undefined);
};

export const sessionEnded = (): void => {
  if (session.value.state === "in") session.value = { state: "out", why: "ended" };
};
