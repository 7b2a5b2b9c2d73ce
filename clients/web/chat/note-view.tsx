import { useEffect, useId, useRef, useState } from "preact/hooks";
import type * as Y from "yjs";
import type { Conversation } from "../../../protocol/conversation/rooms.ts";
import { Loading } from "../parts/notice.tsx";
import { bind } from "./note-text.ts";
import { NoteVersions } from "./note-versions.tsx";
import { type OpenRoom, useRoom } from "./open-room.ts";
import { nameOf } from "./people.ts";
import { RoomHead } from "./room-head.tsx";
import { Offline } from "./room-view.tsx";
import { chatWords } from "./words.ts";

/** A note: one text that several people write at the same time, and others read. */
export const NoteView = ({ conversation, leave }: { conversation: Conversation; leave: () => void }) => {
  const opened = useRoom(conversation.conversationId);
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
  const doc = useDocument(opened);
  const w = chatWords.value;
  const { ended, standing, view } = opened;
  if (ended.value === "tooLarge") return <TooLarge opened={opened} doc={doc} />;
  if (ended.value !== undefined)
    return (
      <p class="notice notice-warn" role="alert">
        {w.ended[ended.value]}
      </p>
    );
  const names = opened.typing.value.map(nameOf);
  const mayWrite = standing.value?.mayWrite === true;
  return (
    <section class="room chat-note" aria-label={conversation.title}>
      <RoomHead conversation={conversation} opened={opened} leave={leave} />
      <Offline opened={opened} text={w.offlineNote} />
      {standing.value !== undefined && !mayWrite ? (
        <p class="hint">{standing.value.state === "closed" ? w.closedRoom : w.readOnly}</p>
      ) : null}
      {/* Before the server's text is there nobody writes: an empty field invites to begin what others have begun. */}
      {doc === undefined ||
      standing.value === undefined ||
      (!view.value.isWhole && doc.getText("content").length === 0) ? (
        <Loading />
      ) : mayWrite ? (
        <Editor text={doc.getText("content")} opened={opened} />
      ) : (
        <Reading text={doc.getText("content")} />
      )}
      <p class="typing quiet" role="status">
        {names.length === 0 ? "" : w.writing(names)}
      </p>
      <NoteVersions conversationId={conversation.conversationId} mayWrite={mayWrite} />
    </section>
  );
};

/** More was written than the note holds: it was not sent, and must not be lost before the person has seen it. */
const TooLarge = ({ opened, doc }: { opened: OpenRoom; doc: Y.Doc | undefined }) => {
  const w = chatWords.value;
  const drop = (): void => {
    opened.ended.value = undefined;
    opened.room.discardCopy();
  };
  return (
    <section class="room chat-note">
      <p class="notice notice-warn" role="alert">
        {w.ended.tooLarge}
      </p>
      <button type="button" class="button" onClick={drop}>
        {w.dropCopy}
      </button>
      {doc === undefined ? null : <Reading text={doc.getText("content")} />}
    </section>
  );
};

/** The document that is written now: another one after an erasure. */
const useDocument = ({ room }: OpenRoom): Y.Doc | undefined => {
  const [doc, setDoc] = useState(room.doc);
  useEffect(() => {
    setDoc(room.doc);
    return room.on("document", setDoc);
  }, [room]);
  return doc;
};

const Editor = ({ text, opened }: { text: Y.Text; opened: OpenRoom }) => {
  const area = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  const w = chatWords.value;
  useEffect(() => (area.current === null ? undefined : bind(area.current, text, () => opened.room.typing())), [text]);
  return (
    <>
      <label for={id}>{w.noteText}</label>
      <textarea ref={area} id={id} class="input note-area" rows={16} spellcheck />
    </>
  );
};

const Reading = ({ text }: { text: Y.Text }) => {
  const [shown, setShown] = useState(text.toString());
  useEffect(() => {
    const look = (): void => setShown(text.toString());
    look();
    text.observe(look);
    return () => text.unobserve(look);
  }, [text]);
  return shown === "" ? <p class="quiet">{chatWords.value.noteEmpty}</p> : <div class="note-read">{shown}</div>;
};
