import type { Conversation, ConversationKind } from "../../../protocol/conversation/rooms.ts";
import type { IconName } from "../parts/icon.tsx";
import { names } from "../state/directory.ts";
import { chatWords } from "./words.ts";

export const kindIcons: Record<ConversationKind, IconName> = {
  everyone: "bell",
  site: "place",
  role: "shield",
  direct: "voice",
  group: "people",
  incident: "siren",
};

/** What kind it is; of a site's note, whose title does not say so, which site. */
export const kindText = ({ kind, form, siteId }: Conversation): string =>
  (form === "note" && siteId !== undefined ? names.value.get(siteId) : undefined) ?? chatWords.value.kind[kind];
