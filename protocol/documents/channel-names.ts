import {
  AnswerLink,
  ChannelStatus,
  CodeSent,
  ConfirmVerification,
  DeadLetter,
  Detail,
  LinkAnswer,
  LinkAnswered,
  NewPushSubscription,
  NewVerification,
  OwnChannel,
  OwnChannels,
} from "../channels.ts";
import { Contact, ContactPatch, NewContact } from "../contacts.ts";

/** Names in the documents for what channels and contacts are made of. */
export const channelNames = {
  AnswerLink,
  ChannelStatus,
  CodeSent,
  ConfirmVerification,
  Contact,
  ContactPatch,
  DeadLetter,
  Detail,
  /** A name of its own: what ends in Answer is the answers' copy of a schema (shared-names.ts). */
  AnswerByLink: LinkAnswer,
  LinkAnswered,
  NewContact,
  NewPushSubscription,
  NewVerification,
  OwnChannel,
  OwnChannels,
} as const;
