import { effect, signal } from "@preact/signals";
import { routes } from "../../../protocol/http/routes.ts";
import { api, me, session } from "../state/session.ts";
import { chatWords } from "./words.ts";

/** Names by id: a conversation has ids alone, so that a name that is erased is gone everywhere. */
const names = signal<ReadonlyMap<string, string>>(new Map());
const asked = new Set<string>();

effect(() => {
  void session.value;
  names.value = new Map();
  asked.clear();
});

export const nameThem = (list: readonly { userId: string; name: string }[]): void => {
  if (list.length === 0) return;
  names.value = new Map([...names.value, ...list.map(({ userId, name }) => [userId, name] as const)]);
  for (const { userId } of list) asked.add(userId);
};

/** At most so many questions at once: a room of hundreds is opened by hundreds. */
const atOnce = 4;
const waiting: string[] = [];
let running = 0;

const next = (): void => {
  const userId = running < atOnce ? waiting.shift() : undefined;
  if (userId === undefined) return;
  running++;
  api()
    .call(routes.getUser, { params: { userId } })
    .then((user) => nameThem([{ userId, name: `${user.firstName} ${user.lastName}` }]))
    // Gone, or not reached: shown without a name.
    .catch(() => asked.delete(userId))
    .finally(() => {
      running--;
      next();
    });
};

const look = (userId: string): void => {
  if (asked.has(userId)) return;
  asked.add(userId);
  waiting.push(userId);
  queueMicrotask(next);
};

/** The name, or a word for somebody until it is known. */
export const nameOf = (userId: string): string => {
  const own = me.value;
  if (own?.userId === userId) return `${own.firstName} ${own.lastName}`;
  const known = names.value.get(userId);
  if (known === undefined) look(userId);
  return known ?? chatWords.value.somebody;
};
