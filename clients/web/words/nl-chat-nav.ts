import type { chatNav as en } from "./en-chat-nav.ts";

/** Nederlandse teksten van gesprekken die de eerste pagina toont. */
export const chatNav: typeof en = {
  messages: "Berichten",
  notes: "Notities",
  unread: (n) => (n === 1 ? "1 gesprek met ongelezen berichten" : `${n} gesprekken met ongelezen berichten`),
  room: "Kamer van het incident",
};
