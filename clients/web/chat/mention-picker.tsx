import type { RefObject } from "preact";
import { useEffect, useId, useState } from "preact/hooks";
import { routes } from "../../../protocol/http/routes.ts";
import { api, me } from "../state/session.ts";
import { type Asked, askedAt, withMention } from "./mentions.ts";
import { nameThem } from "./people.ts";
import { chatWords } from "./words.ts";

interface Person {
  userId: string;
  name: string;
}

export interface Mentions {
  picked: readonly Person[];
  keep(people: readonly Person[]): void;
  clear(): void;
  found: readonly Person[];
  active: number;
  listId: string;
  attributes: Record<string, string | boolean>;
  /** Text and caret moved. */
  look(text: string, caret: number): void;
  pick(person: Person, text: string): void;
  /** @returns whether the key was meant for the list */
  key(event: KeyboardEvent, text: string): boolean;
}

const mostShown = 6;

/** Members of a small room by their names; in a large one the directory is searched. */
const search = async (conversationId: string, query: string, signal: AbortSignal): Promise<Person[]> => {
  const wanted = query.toLowerCase();
  const page = await api().call(routes.listConversationMembers, {
    params: { conversationId },
    query: { limit: 200 },
    signal,
  });
  nameThem(page.items);
  const own = me.value?.userId;
  const close = page.items.filter(({ userId, name }) => userId !== own && name.toLowerCase().includes(wanted));
  if (close.length > 0 || page.nextCursor === undefined || wanted.length < 2) return close.slice(0, mostShown);
  const { items } = await api().call(routes.listUsers, { query: { query, limit: mostShown }, signal });
  return items.map(({ userId, firstName, lastName }) => ({ userId, name: `${firstName} ${lastName}` }));
};

/** The @ and what follows it: who it may mean, and who was picked. The keyboard stays in the text all the time. */
export const useMentions = (
  conversationId: string,
  field: RefObject<HTMLTextAreaElement | null>,
  setText: (text: string) => void,
): Mentions => {
  const [picked, setPicked] = useState<readonly Person[]>([]);
  const [asked, setAsked] = useState<Asked | undefined>(undefined);
  const [found, setFound] = useState<readonly Person[]>([]);
  const [active, setActive] = useState(0);
  const listId = useId();

  useEffect(() => {
    setActive(0);
    if (asked === undefined) {
      setFound([]);
      return;
    }
    const stop = new AbortController();
    const timer = setTimeout(() => {
      search(conversationId, asked.query, stop.signal)
        .then(setFound)
        // Without the list the name is written by hand, and mentions nobody.
        .catch(() => undefined);
    }, 150);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [asked?.start, asked?.query]);

  const pick = (person: Person, text: string): void => {
    if (asked === undefined) return;
    const put = withMention(text, asked, person.name);
    // At once and not with the next drawing: fast fingers are typing on.
    if (field.current !== null) {
      field.current.value = put.text;
      field.current.setSelectionRange(put.caret, put.caret);
    }
    setText(put.text);
    setPicked((known) => [...known.filter(({ userId }) => userId !== person.userId), person]);
    setAsked(undefined);
    field.current?.focus();
  };
  const isOpen = asked !== undefined && found.length > 0;
  return {
    picked,
    keep: setPicked,
    clear: () => {
      setPicked([]);
      setAsked(undefined);
    },
    found: isOpen ? found : [],
    active,
    listId,
    attributes: {
      "aria-autocomplete": "list",
      ...(isOpen ? { "aria-controls": listId, "aria-activedescendant": `${listId}-${active}` } : {}),
    },
    look: (text, at) => setAsked(askedAt(text, at)),
    pick,
    key: (event, text) => {
      if (!isOpen) return false;
      const moves: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
      const by = moves[event.key];
      if (by !== undefined) setActive((active + by + found.length) % found.length);
      else if (event.key === "Enter" || event.key === "Tab") {
        const person = found[active];
        if (person !== undefined) pick(person, text);
      } else if (event.key === "Escape") setAsked(undefined);
      else return false;
      event.preventDefault();
      return true;
    },
  };
};

export const MentionPicker = ({ mentions, text }: { mentions: Mentions; text: string }) => {
  const w = chatWords.value;
  const { found, active, listId } = mentions;
  return (
    <>
      <p class="hidden" role="status">
        {found.length === 0 ? "" : w.mentionHelp(found.length)}
      </p>
      {found.length === 0 ? null : (
        <div id={listId} class="mention-list" role="listbox" aria-label={w.mention}>
          {found.map((person, i) => (
            <div
              key={person.userId}
              id={`${listId}-${i}`}
              role="option"
              tabIndex={-1}
              aria-selected={i === active}
              // Before the field loses the focus, and with it the caret.
              onPointerDown={(event) => {
                event.preventDefault();
                mentions.pick(person, text);
              }}
            >
              {person.name}
            </div>
          ))}
        </div>
      )}
    </>
  );
};
