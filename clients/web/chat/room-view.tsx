import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Conversation, Message } from "../../../protocol/conversation/rooms.ts";
import { routes } from "../../../protocol/http/routes.ts";
import { Icon } from "../parts/icon.tsx";
import { Loading } from "../parts/notice.tsx";
import { api } from "../state/session.ts";
import { Compose } from "./compose.tsx";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import { MessageLog } from "./message-log.tsx";
import { type OpenRoom, useRoom } from "./open-room.ts";
import { nameOf, nameThem } from "./people.ts";
import { QuickReplies } from "./quick-replies.tsx";
import { RoomHead } from "./room-head.tsx";
import { wasRead } from "./rooms.ts";
import { chatWords } from "./words.ts";

/** What the person is about to do with a message. */
export interface Chosen {
  replyTo?: Message;
  editing?: Message;
}

/** One chat: its messages, and a line to write the next. */
export const RoomView = ({ conversation, leave }: { conversation: Conversation; leave: () => void }) => {
  const opened = useRoom(conversation.conversationId);
  useMemberNames(conversation);
  return opened === undefined ? <Loading /> : <Opened conversation={conversation} opened={opened} leave={leave} />;
};

const Opened = ({
  conversation,
  opened,
  leave,
}: {
  conversation: Conversation;
  opened: OpenRoom;
  leave: () => void;
}) => {
  const [chosen, setChosen] = useState<Chosen>({});
  const [removing, setRemoving] = useState<Message | undefined>(undefined);
  const frame = useRef<HTMLElement>(null);
  useReading(opened);
  useTop(frame);
  const w = chatWords.value;
  const { ended, standing, room } = opened;
  if (ended.value !== undefined)
    return (
      <p class="notice notice-warn" role="alert">
        {w.ended[ended.value]}
      </p>
    );
  const mayWrite = standing.value?.mayWrite === true;
  const names = opened.typing.value.map(nameOf);
  return (
    <section ref={frame} class="room" aria-label={conversation.title}>
      <RoomHead conversation={conversation} opened={opened} leave={leave} />
      <Offline opened={opened} text={w.offline} />
      <MessageLog
        conversation={conversation}
        opened={opened}
        reply={(replyTo) => setChosen({ replyTo })}
        edit={(editing) => setChosen({ editing })}
        remove={setRemoving}
      />
      <p class="typing quiet" aria-live="off">
        {names.length === 0 ? "" : w.typing(names)}
      </p>
      {standing.value?.state === "closed" ? <p class="notice notice-warn">{w.closedRoom}</p> : null}
      {mayWrite && conversation.kind === "incident" ? <QuickReplies send={(text) => room.send({ text })} /> : null}
      {mayWrite || standing.value === undefined ? (
        <Compose conversation={conversation} opened={opened} chosen={chosen} done={() => setChosen({})} />
      ) : null}
      {removing === undefined ? null : (
        <ConfirmDialog
          title={w.removeTitle}
          help={w.removeHelp}
          confirm={w.remove}
          act={() => room.delete(removing.messageId)}
          close={() => setRemoving(undefined)}
        />
      )}
    </section>
  );
};

/** Tells the style where the room begins, so that its last line is the screen's. */
const useTop = (frame: RefObject<HTMLElement | null>): void => {
  useLayoutEffect(() => {
    const measure = (): void => {
      const { current } = frame;
      current?.style.setProperty("--room-top", `${Math.round(current.getBoundingClientRect().top + scrollY)}px`);
    };
    measure();
    addEventListener("resize", measure);
    return () => removeEventListener("resize", measure);
  }, []);
};

/** Said once the line is down, not while the first one is being opened. */
export const Offline = ({ opened, text }: { opened: OpenRoom; text: string }) => (
  <div role="status">
    {opened.status.value === "offline" ? (
      <p class="notice notice-warn room-offline">
        <Icon name="offline" size={18} />
        {text}
      </p>
    ) : null}
  </div>
);

/** What is on the screen of somebody who looks was read. */
const useReading = ({ conversationId, room, view }: OpenRoom): void => {
  const last = view.value.messages.at(-1)?.message;
  useEffect(() => {
    const look = (): void => {
      if (last === undefined || document.visibilityState !== "visible" || !document.hasFocus()) return;
      room.read(last.seq);
      wasRead(conversationId, last.seq, last.at);
    };
    look();
    addEventListener("focus", look);
    document.addEventListener("visibilitychange", look);
    return () => {
      removeEventListener("focus", look);
      document.removeEventListener("visibilitychange", look);
    };
  }, [last?.seq]);
};

/** Names of those in it, all at once where they are few; of others one by one as they are seen. */
const useMemberNames = ({ conversationId, kind }: Conversation): void => {
  useEffect(() => {
    if (kind === "direct" || kind === "everyone") return;
    api()
      .call(routes.listConversationMembers, { params: { conversationId }, query: { limit: 200 } })
      .then(({ items }) => nameThem(items))
      .catch(() => undefined);
  }, [conversationId]);
};
