import { effect, signal } from "@preact/signals";
import { routes } from "../../../protocol/http/routes.ts";
import type { User } from "../../../protocol/people.ts";
import { api, session } from "./session.ts";

/** Names of people by id, learned as they are needed: an organisation may have ten thousand. */
const known = signal<ReadonlyMap<string, string>>(new Map());

export const personName = (userId: string): string => known.value.get(userId) ?? "…";

export const fullName = ({ firstName, lastName }: Pick<User, "firstName" | "lastName">): string =>
  `${firstName} ${lastName}`;

effect(() => {
  if (session.value.state !== "in") known.value = new Map();
});

const keep = (users: readonly User[]): void => {
  known.value = new Map([...known.value, ...users.map((user) => [user.userId, fullName(user)] as const)]);
};

/** From so many on the list of everybody is read, which is fewer calls. */
const fewPeople = 20;

/** What cannot be learned stays "…"; the next look asks again. */
export const learnNames = async (userIds: Iterable<string>): Promise<void> => {
  const missing = new Set([...userIds].filter((id) => !known.value.has(id)));
  if (missing.size === 0) return;
  try {
    if (missing.size <= fewPeople) {
      const found = await Promise.allSettled(
        [...missing].map((userId) => api().call(routes.getUser, { params: { userId } })),
      );
      keep(found.flatMap((one) => (one.status === "fulfilled" ? [one.value] : [])));
      return;
    }
    for await (const users of api().pages(routes.listUsers, { query: { limit: 200 } })) {
      keep(users);
      for (const { userId } of users) missing.delete(userId);
      if (missing.size === 0) return;
    }
  } catch {
    // See above.
  }
};
