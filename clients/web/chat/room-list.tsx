import { useState } from "preact/hooks";
import type { Conversation, ConversationForm } from "../../../protocol/conversation/rooms.ts";
import { Icon, type IconName } from "../parts/icon.tsx";
import { Link } from "../parts/link.tsx";
import { Empty, Failure, Loading } from "../parts/notice.tsx";
import { mayCoordinate } from "../state/session.ts";
import { count, timeOrDay } from "../state/times.ts";
import { kindIcons, kindText } from "./kind.ts";
import { NewRoom, type NewRoomKind } from "./new-room.tsx";
import { loadRooms, ofForm, roomsError } from "./rooms.ts";
import { chatWords } from "./words.ts";

/** Conversations with the newest on top: what kind each is, and how much of it is unread. */
export const RoomList = ({ form, current }: { form: ConversationForm; current: string | undefined }) => {
  const [making, setMaking] = useState<NewRoomKind | undefined>(undefined);
  const w = chatWords.value;
  const what = form === "chat" ? "messages" : "notes";
  const list = ofForm(form);
  return (
    <section class="chat-list" aria-labelledby="chat-list-title">
      <h1 id="chat-list-title" tabIndex={-1}>
        {w[what]}
      </h1>
      <div class="chat-new">
        {form === "chat" ? (
          <>
            <NewButton label={w.newDirect} icon="write" onClick={() => setMaking("direct")} />
            <NewButton label={w.newGroup} icon="people" onClick={() => setMaking("group")} />
          </>
        ) : null}
        {form === "note" && mayCoordinate.value ? (
          <NewButton label={w.newNote} icon="write" onClick={() => setMaking("note")} />
        ) : null}
      </div>
      {list === undefined && roomsError.value === undefined ? <Loading /> : null}
      {list === undefined && roomsError.value !== undefined ? (
        <Failure error={roomsError.value} retry={() => void loadRooms()} />
      ) : null}
      {list?.length === 0 ? (
        <Empty icon={form === "chat" ? "sms" : "file"} title={w.none[what]} help={w.noneHelp[what]} />
      ) : null}
      <ul class="rooms" aria-label={w.list[what]}>
        {(list ?? []).map((room) => (
          <RoomLine key={room.conversationId} room={room} isCurrent={room.conversationId === current} />
        ))}
      </ul>
      {making === undefined ? null : <NewRoom kind={making} close={() => setMaking(undefined)} />}
    </section>
  );
};

const NewButton = ({ label, icon, onClick }: { label: string; icon: IconName; onClick: () => void }) => (
  <button type="button" class="button" onClick={onClick}>
    <Icon name={icon} size={18} />
    {label}
  </button>
);

const RoomLine = ({ room, isCurrent }: { room: Conversation; isCurrent: boolean }) => {
  const w = chatWords.value;
  const { conversationId, form, kind, title, state, unread = 0, lastAt, guest } = room;
  const to =
    form === "chat"
      ? ({ view: "messages", id: conversationId } as const)
      : ({ view: "notes", id: conversationId } as const);
  return (
    <li>
      <Link to={to} class={`room-line${unread > 0 ? " room-unread" : ""}`} current={isCurrent}>
        <Icon name={kindIcons[kind]} size={20} />
        <span class="room-line-text">
          <strong>{title}</strong>
          <span class="quiet">
            {kindText(room)}
            {state === "closed" ? ` · ${w.closed}` : ""}
            {guest === true ? ` · ${w.guest}` : ""}
            {lastAt === undefined ? "" : ` · ${timeOrDay(lastAt)}`}
          </span>
        </span>
        {unread > 0 ? (
          <span class="unread-badge">
            <span aria-hidden="true">{count(unread)}</span>
            <span class="hidden">{w.unread(unread)}</span>
          </span>
        ) : null}
      </Link>
    </li>
  );
};
