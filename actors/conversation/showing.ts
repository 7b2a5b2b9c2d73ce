import type { ConversationState, EpochInfo, Mark } from "../../protocol/conversation/rooms.ts";
import { toTime } from "../../protocol/ids.ts";
import type { RoomFacts } from "../kernel/room-messages.ts";
import { epochName, type KeptEpoch } from "./epoch/epoch.ts";

const showEpoch = (epoch: KeptEpoch): EpochInfo => ({
  epoch: epochName(epoch),
  firstSeq: epoch.firstSeq,
  messages: epoch.messages,
  startedAt: toTime(epoch.startedAt),
  ...(epoch.endedAt === undefined ? {} : { endedAt: toTime(epoch.endedAt) }),
});

/** How a conversation stands, for whoever asks. */
export const showState = ({
  conversationId,
  facts,
  mayWrite,
  current,
  epochs,
  lastSeq,
  marks,
}: {
  conversationId: string;
  facts: RoomFacts;
  mayWrite: boolean;
  current: KeptEpoch;
  epochs: readonly KeptEpoch[];
  lastSeq: number;
  marks: Mark[];
}): ConversationState => ({
  conversationId,
  form: facts.form,
  state: facts.closed ? "closed" : "open",
  mayWrite,
  epoch: epochName(current),
  epochs: epochs.map(showEpoch),
  lastSeq,
  marks,
});
