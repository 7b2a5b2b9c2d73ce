import type { Conversation, Mark, Message } from "../../../protocol/conversation/rooms.ts";
import type { ShownMessage } from "../../sdk/conversation/shown.ts";
import { Icon } from "../parts/icon.tsx";
import { tenant } from "../state/route.ts";
import { mayCoordinate, me } from "../state/session.ts";
import { dayAndTime, listed } from "../state/times.ts";
import { describeEvent } from "./events.ts";
import { parts } from "./mentions.ts";
import type { OpenRoom } from "./open-room.ts";
import { nameOf } from "./people.ts";
import { photoAddress } from "./photo.ts";
import { ReactionMenu } from "./reaction-menu.tsx";
import { chatWords } from "./words.ts";

interface Props {
  shown: ShownMessage;
  name: string;
  isOwn: boolean;
  conversation: Conversation;
  opened: OpenRoom;
  reply: (message: Message) => void;
  edit: (message: Message) => void;
  remove: (message: Message) => void;
}

/** One message with what can be done with it. */
export const MessageItem = ({ shown: { message, waiting }, name, isOwn, conversation, opened, ...act }: Props) => {
  const w = chatWords.value;
  const { messageId, text, photo, gone, editedAt } = message;
  const mayWrite = opened.standing.value?.mayWrite === true;
  const mayRemove = isOwn || (mayCoordinate.value && conversation.kind !== "direct");
  const isForMe = message.mentions?.includes(me.value?.userId ?? "") === true;
  return (
    <article id={`m-${messageId}`} tabIndex={-1} class={`bubble ${isForMe ? "bubble-for-me" : ""}`} aria-label={name}>
      <Quote message={message} opened={opened} />
      {gone === undefined ? null : <p class="quiet bubble-gone">{w.gone[gone]}</p>}
      {photo === undefined || gone !== undefined ? null : (
        <a
          class="bubble-photo"
          href={photoAddress(tenant.value ?? "", conversation.conversationId, photo.photoId)}
          target="_blank"
          rel="noreferrer"
        >
          <img
            src={photoAddress(tenant.value ?? "", conversation.conversationId, photo.photoId)}
            width={photo.width}
            height={photo.height}
            alt={w.photoBy(name)}
            loading="lazy"
          />
          <span class="hidden">({w.photoOpen})</span>
        </a>
      )}
      {text === undefined || gone !== undefined ? null : <Text text={text} mentions={message.mentions ?? []} />}
      <p class="bubble-foot quiet">
        {editedAt === undefined || gone !== undefined ? null : <span title={dayAndTime(editedAt)}>{w.edited}</span>}
        {waiting ? (
          <span>
            <Icon name="clock" size={14} /> {w.waiting}
          </span>
        ) : null}
        {isOwn && gone === undefined ? (
          <Arrived message={message} conversation={conversation} marks={opened.marks.value} />
        ) : null}
      </p>
      <Reactions message={message} opened={opened} mayWrite={mayWrite && gone === undefined} />
      {mayWrite && gone === undefined ? (
        <div class="bubble-actions">
          <button type="button" onClick={() => act.reply(message)}>
            {w.reply}
          </button>
          <ReactionMenu give={(emoji) => opened.room.react(messageId, emoji, true)} />
          {isOwn && text !== undefined ? (
            <button type="button" onClick={() => act.edit(message)}>
              {w.edit}
            </button>
          ) : null}
          {mayRemove ? (
            <button type="button" onClick={() => act.remove(message)}>
              {w.remove}
            </button>
          ) : null}
        </div>
      ) : null}
    </article>
  );
};

const Text = ({ text, mentions }: { text: string; mentions: readonly string[] }) => (
  <p class="bubble-text">
    {parts(text, mentions.map(nameOf)).map((part, i) =>
      part.isMention ? (
        <strong key={i} class="mention">
          {part.text}
        </strong>
      ) : (
        part.text
      ),
    )}
  </p>
);

/** The first words of what it answers, and the way there. */
const Quote = ({ message: { replyTo }, opened }: { message: Message; opened: OpenRoom }) => {
  const w = chatWords.value;
  if (replyTo === undefined) return null;
  const found = opened.view.value.messages.find(({ message }) => message.messageId === replyTo)?.message;
  if (found === undefined) return <p class="quote quiet">{w.replyGone}</p>;
  const name =
    found.event !== undefined ? w.system : found.authorId === undefined ? w.erasedAuthor : nameOf(found.authorId);
  const jump = (): void => {
    const target = document.getElementById(`m-${replyTo}`);
    target?.scrollIntoView({ block: "center" });
    target?.focus();
  };
  return (
    <button type="button" class="quote" onClick={jump}>
      <span class="hidden">{w.goTo(name)}: </span>
      <strong>{name}</strong> {excerpt(found)}
    </button>
  );
};

export const excerpt = (message: Message): string => {
  const w = chatWords.value;
  if (message.gone !== undefined) return w.gone[message.gone];
  if (message.event !== undefined) return describeEvent(message.event);
  const text = message.text ?? w.photoSent;
  return text.length > 90 ? `${text.slice(0, 90)}…` : text;
};

/** Whether it came, and how many have read it. */
const Arrived = ({
  message: { seq },
  conversation,
  marks,
}: {
  message: Message;
  conversation: Conversation;
  marks: readonly Mark[];
}) => {
  const w = chatWords.value;
  const others = marks.filter(({ userId }) => userId !== me.value?.userId);
  const read = others.filter((mark) => (mark.read ?? 0) >= seq).length;
  const received = others.filter((mark) => (mark.received ?? 0) >= seq).length;
  const isDirect = conversation.kind === "direct";
  const text =
    read > 0
      ? isDirect
        ? w.readDirect
        : w.read(read)
      : received > 0
        ? isDirect
          ? w.receivedDirect
          : w.received(received)
        : w.sent;
  return (
    <span class="arrived">
      <Icon name={read > 0 ? "eye" : received > 0 ? "received" : "check"} size={14} /> {text}
    </span>
  );
};

const Reactions = ({ message, opened, mayWrite }: { message: Message; opened: OpenRoom; mayWrite: boolean }) => {
  const w = chatWords.value;
  const all = Object.entries(message.reactions ?? {});
  if (all.length === 0 || message.gone !== undefined) return null;
  const own = me.value?.userId ?? "";
  return (
    <ul class="reactions">
      {all.map(([emoji, userIds]) => {
        const isOn = userIds.includes(own);
        const names = listed(
          userIds.slice(0, 10).map((userId) => (userId === own ? w.you : nameOf(userId))),
          "conjunction",
        );
        return (
          <li key={emoji}>
            <button
              type="button"
              class="reaction"
              disabled={!mayWrite}
              aria-pressed={isOn}
              title={names}
              onClick={() => opened.room.react(message.messageId, emoji, !isOn)}
            >
              {emoji} {userIds.length} <span class="hidden">{w.reacted(names, isOn)}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
};
