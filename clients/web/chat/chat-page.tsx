import { useEffect, useState } from "preact/hooks";
import "../style/chat.css";
import type { Conversation, ConversationForm } from "../../../protocol/conversation/rooms.ts";
import { Icon } from "../parts/icon.tsx";
import { Link } from "../parts/link.tsx";
import { Failure, Loading } from "../parts/notice.tsx";
import { useEvery } from "../state/every.ts";
import { go } from "../state/route.ts";
import { messageNotices } from "../state/unread.ts";
import { NoteView } from "./note-view.tsx";
import { RoomList } from "./room-list.tsx";
import { RoomView } from "./room-view.tsx";
import { loadRooms, rooms, roomsError } from "./rooms.ts";
import { chatWords } from "./words.ts";

/** The list is asked for again this often, ms, while somebody looks: notices tell only of messages for this person. */
const askAgainMs = 30_000;

/** Messages, or notes: the list of them beside the one that is open; on a phone one of the two. */
const ChatPage = ({ form, id }: { form: ConversationForm; id: string | undefined }) => {
  useEvery(askAgainMs, () => void loadRooms());
  const { value: news } = messageNotices;
  useEffect(() => {
    if (news > 0) void loadRooms();
  }, [news]);
  const w = chatWords.value;
  const what = form === "chat" ? "messages" : "notes";
  const view = form === "chat" ? "messages" : "notes";
  // The address may name an incident: its room has an id of its own.
  const found = rooms.value?.find(
    (room) => room.form === form && (room.conversationId === id || (id !== undefined && room.incidentId === id)),
  );
  return (
    <div class={`chat ${id === undefined ? "chat-list-only" : "chat-room-only"}`}>
      <RoomList form={form} current={found?.conversationId} />
      <div class="chat-main">
        {id === undefined ? (
          <p class="quiet chat-choose">{w.choose[what]}</p>
        ) : (
          <>
            <Link to={{ view }} class="back chat-back">
              <Icon name="back" size={18} />
              {w.back[what]}
            </Link>
            <Opened room={found} form={form} />
          </>
        )}
      </div>
    </div>
  );
};

const Opened = ({ room, form }: { room: Conversation | undefined; form: ConversationForm }) => {
  if (room !== undefined) {
    const leave = (): void => go(form === "chat" ? { view: "messages" } : { view: "notes" });
    return form === "chat" ? (
      <RoomView key={room.conversationId} conversation={room} leave={leave} />
    ) : (
      <NoteView key={room.conversationId} conversation={room} leave={leave} />
    );
  }
  if (rooms.value !== undefined) return <NotThere />;
  return roomsError.value === undefined ? (
    <Loading />
  ) : (
    <Failure error={roomsError.value} retry={() => void loadRooms()} />
  );
};

/** A room that has just been made may not be in the list yet: it is asked for again after these times, ms. */
const askAfterMs = [500, 1_500, 3_000, 6_000];

const NotThere = () => {
  const [tries, setTries] = useState(0);
  const wait = askAfterMs[tries];
  useEffect(() => {
    if (wait === undefined) return;
    const timer = setTimeout(() => void loadRooms().then(() => setTries(tries + 1)), wait);
    return () => clearTimeout(timer);
  }, [tries]);
  return wait === undefined ? <p class="quiet chat-choose">{chatWords.value.ended.notFound}</p> : <Loading />;
};

export default ChatPage;
