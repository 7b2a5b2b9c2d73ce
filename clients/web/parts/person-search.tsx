import { useEffect, useId, useState } from "preact/hooks";
import { routes } from "../../../protocol/http/routes.ts";
import type { User } from "../../../protocol/people.ts";
import { words } from "../state/language.ts";
import { api } from "../state/session.ts";
import { Icon } from "./icon.tsx";
import { Failure } from "./notice.tsx";

export interface Person {
  userId: string;
  name: string;
}

const nameOf = (user: User): string => `${user.firstName} ${user.lastName}`;

/** Finds people by name and keeps the chosen ones as chips. */
export const PersonSearch = (props: {
  label?: string;
  chosen: readonly Person[];
  onChoose: (chosen: Person[]) => void;
}) => {
  const [text, setText] = useState("");
  const [found, setFound] = useState<readonly User[] | undefined>(undefined);
  const [error, setError] = useState<unknown>(undefined);
  const id = useId();
  const w = words.value;

  useEffect(() => {
    const query = text.trim();
    setFound(undefined);
    setError(undefined);
    if (query.length < 2) return;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      api()
        .call(routes.listUsers, { query: { query, limit: 8 }, signal: stop.signal })
        .then(({ items }) => setFound(items))
        .catch((reason: unknown) => {
          if (!stop.signal.aborted) setError(reason);
        });
    }, 200);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [text]);

  const choose = (user: User): void => {
    setText("");
    if (!props.chosen.some((p) => p.userId === user.userId))
      props.onChoose([...props.chosen, { userId: user.userId, name: nameOf(user) }]);
  };

  return (
    <div class="person-search">
      <label for={id}>{props.label ?? w.raise.persons}</label>
      <input
        id={id}
        class="input"
        type="search"
        autocomplete="off"
        placeholder={w.raise.personsHint}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      {error === undefined ? null : <Failure error={error} />}
      <div role="status">
        {found?.length === 0 ? <p class="quiet">{w.raise.nobodyFound}</p> : null}
        {found === undefined || found.length === 0 ? null : (
          <ul class="found">
            {found.map((user) => (
              <li key={user.userId}>
                <button type="button" onClick={() => choose(user)}>
                  {nameOf(user)} <span class="quiet">{user.username}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
      {props.chosen.length === 0 ? null : (
        <ul class="chips">
          {props.chosen.map((person) => (
            <li key={person.userId} class="chosen">
              {person.name}
              <button
                type="button"
                aria-label={w.raise.remove(person.name)}
                onClick={() => props.onChoose(props.chosen.filter((p) => p !== person))}
              >
                <Icon name="cross" size={14} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
};
