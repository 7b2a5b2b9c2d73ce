import { useState } from "preact/hooks";
import type { Conversation } from "../../../protocol/conversation/rooms.ts";
import { routes } from "../../../protocol/http/routes.ts";
import { Icon } from "../parts/icon.tsx";
import { api, mayCoordinate } from "../state/session.ts";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import { kindIcons, kindText } from "./kind.ts";
import { MembersPanel } from "./members-panel.tsx";
import type { OpenRoom } from "./open-room.ts";

import { putRoom } from "./rooms.ts";
import { chatWords } from "./words.ts";

/** What the conversation is, who is in it, and whether it is open. */
export const RoomHead = ({
  conversation,
  opened,
  leave,
}: {
  conversation: Conversation;
  opened: OpenRoom;
  leave: () => void;
}) => {
  const [isShown, setShown] = useState(false);
  const [isClosing, setClosing] = useState(false);
  const w = chatWords.value;
  const { conversationId, kind, form, title, guest } = conversation;
  const isClosed = (opened.standing.value?.state ?? conversation.state) === "closed";
  // Who may is the server's to say; these are the ones it may be of use to.
  const mayClose = (kind === "group" || form === "note") && mayCoordinate.value;
  const setState = async (): Promise<void> => {
    const state = isClosed ? "open" : "closed";
    putRoom(await api().call(routes.patchConversation, { params: { conversationId }, body: { state } }));
  };
  return (
    <div class="room-head">
      <Icon name={kindIcons[kind]} size={24} />
      <div class="room-head-text">
        <h2 tabIndex={-1}>{title}</h2>
        <p class="quiet">
          {kindText(conversation)}
          {isClosed ? ` · ${w.closed}` : ""}
          {guest === true ? ` · ${w.guest}` : ""}
        </p>
      </div>
      <div class="room-head-actions">
        {kind === "direct" ? null : (
          <button type="button" class="button" aria-expanded={isShown} onClick={() => setShown(!isShown)}>
            <Icon name="people" size={18} />
            {w.members}
          </button>
        )}
        {mayClose ? (
          <button type="button" class="button" onClick={() => setClosing(true)}>
            {isClosed ? w.openRoom : w.closeRoom}
          </button>
        ) : null}
      </div>
      {isShown ? <MembersPanel conversation={conversation} left={leave} /> : null}
      {isClosing ? (
        <ConfirmDialog
          title={`${isClosed ? w.openRoom : w.closeRoom}: ${title}?`}
          confirm={isClosed ? w.openRoom : w.closeRoom}
          act={setState}
          close={() => setClosing(false)}
        />
      ) : null}
    </div>
  );
};
