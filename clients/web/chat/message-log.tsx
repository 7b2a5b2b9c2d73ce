import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Conversation, Message } from "../../../protocol/conversation/rooms.ts";
import { words } from "../state/language.ts";
import { me } from "../state/session.ts";
import { clockTime, shortTime } from "../state/times.ts";
import { dayName } from "./day-name.ts";
import { describeEvent } from "./events.ts";
import { MessageItem } from "./message-item.tsx";
import type { OpenRoom } from "./open-room.ts";
import { nameOf } from "./people.ts";
import { type Group, timeline } from "./timeline.ts";
import { Unsent } from "./unsent.tsx";
import { chatWords } from "./words.ts";

interface Props {
  conversation: Conversation;
  opened: OpenRoom;
  reply: (message: Message) => void;
  edit: (message: Message) => void;
  remove: (message: Message) => void;
}

/** Whoever is so close to the end, pixels, follows what comes. */
const nearEnd = 80;

/** The messages by day and author, the newest at the end. Looking back loads what is older. */
export const MessageLog = (props: Props) => {
  const { opened } = props;
  const log = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  /** Distance from the end while something is put in front: the eye stays where it was. */
  const fromEnd = useRef<number | undefined>(undefined);
  const [below, setBelow] = useState(0);
  const view = opened.view.value;
  const count = view.messages.length + view.unsent.length;
  const last = view.messages.at(-1)?.message.seq ?? 0;
  const seen = useRef(last);
  const older = useOlder(opened, () => {
    fromEnd.current = log.current === null ? undefined : log.current.scrollHeight - log.current.scrollTop;
  });

  useLayoutEffect(() => {
    const { current } = log;
    if (current === null) return;
    if (fromEnd.current !== undefined) {
      current.scrollTop = current.scrollHeight - fromEnd.current;
      fromEnd.current = undefined;
    } else if (follows.current) current.scrollTop = current.scrollHeight;
    if (follows.current) seen.current = last;
    setBelow(view.messages.filter(({ message }) => message.seq > seen.current).length);
  }, [count, last]);

  useEffect(() => {
    // A box that scrolls is reached by the keyboard also where nothing in it is to be pressed.
    if (log.current !== null) log.current.tabIndex = 0;
  }, []);

  const scrolled = (): void => {
    const { current } = log;
    if (current === null) return;
    follows.current = current.scrollHeight - current.scrollTop - current.clientHeight < nearEnd;
    if (follows.current) {
      seen.current = last;
      setBelow(0);
    }
    if (current.scrollTop < nearEnd && view.hasOlder) older.load();
  };
  const toEnd = (): void => {
    if (log.current !== null) log.current.scrollTop = log.current.scrollHeight;
  };
  const w = chatWords.value;
  return (
    <div class="log-frame">
      <div ref={log} class="log" role="log" aria-label={w.log} onScroll={scrolled}>
        <Top hasOlder={view.hasOlder} isEmpty={count === 0} isWhole={view.isWhole} older={older} />
        {timeline(view.messages).map(({ day, groups }) => (
          <section key={day} aria-label={dayName(day)}>
            <h3 class="day">{dayName(day)}</h3>
            {groups.map((group) => (
              <MessageGroup key={group.key} group={group} {...props} />
            ))}
          </section>
        ))}
        <Unsent opened={opened} />
      </div>
      {below > 0 ? (
        <button type="button" class="button to-end" onClick={toEnd}>
          {w.newBelow(below)}
        </button>
      ) : null}
    </div>
  );
};

interface Older {
  state: "rest" | "loading" | "failed";
  load: () => void;
}

const useOlder = ({ room }: OpenRoom, before: () => void): Older => {
  const [state, setState] = useState<Older["state"]>("rest");
  const isLoading = useRef(false);
  const isThere = useRef(true);
  useEffect(
    () => () => {
      isThere.current = false;
    },
    [],
  );
  const load = (): void => {
    if (isLoading.current) return;
    isLoading.current = true;
    before();
    setState("loading");
    void room
      .loadOlder()
      .then(() => "rest" as const)
      .catch(() => "failed" as const)
      .then((next) => {
        isLoading.current = false;
        if (isThere.current) setState(next);
      });
  };
  return { state, load };
};

const Top = (props: { hasOlder: boolean; isEmpty: boolean; isWhole: boolean; older: Older }) => {
  const w = chatWords.value;
  const { hasOlder, isEmpty, isWhole, older } = props;
  if (older.state === "loading") return <p class="quiet log-top">{w.loadingOlder}</p>;
  if (hasOlder)
    return (
      <div class="log-top">
        {older.state === "failed" ? <p class="field-problem">{w.olderFailed}</p> : null}
        <button type="button" class="button" onClick={older.load}>
          {w.older}
        </button>
      </div>
    );
  if (!isWhole) return isEmpty ? <p class="quiet log-top">{words.value.common.loading}</p> : null;
  return <p class="quiet log-top">{isEmpty ? w.empty : w.start}</p>;
};

const MessageGroup = ({ group, ...props }: Props & { group: Group }) => {
  const w = chatWords.value;
  const [first] = group.messages;
  if (first === undefined) return null;
  const { at } = first.message;
  if (group.isSystem)
    return (
      <div class="system">
        {group.messages.map(({ message }) => (
          <p key={message.messageId} id={`m-${message.messageId}`}>
            <time dateTime={message.at} class="quiet">
              {clockTime(message.at)}
            </time>{" "}
            {message.event === undefined ? w.event.unknown : describeEvent(message.event)}
          </p>
        ))}
      </div>
    );
  const isOwn = group.authorId === me.value?.userId;
  const name = group.authorId === undefined ? w.erasedAuthor : isOwn ? w.you : nameOf(group.authorId);
  return (
    <div class={`chat-said ${isOwn ? "chat-own" : ""}`}>
      <p class="chat-by">
        <strong>{name}</strong>{" "}
        <time dateTime={at} class="quiet">
          {shortTime(at)}
        </time>
      </p>
      {group.messages.map((shown) => (
        <MessageItem key={shown.message.messageId} shown={shown} name={name} isOwn={isOwn} {...props} />
      ))}
    </div>
  );
};
