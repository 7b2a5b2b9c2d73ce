/** English texts of conversations that the first page shows. */
export const chatNav = {
  messages: "Messages",
  notes: "Notes",
  unread: (n: number) => (n === 1 ? "1 conversation with unread messages" : `${n} conversations with unread messages`),
  room: "Room of the incident",
};
