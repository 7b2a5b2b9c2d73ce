import { routes } from "../../protocol/http/routes.ts";
import { pageSize } from "../../protocol/lists.ts";
import { answer, json, nothing } from "../http/answers.ts";
import { created } from "../http/created.ts";
import { performed } from "../http/perform.ts";
import { roomEndpoint } from "../http/room-endpoint.ts";

const numberOf = (text: string | undefined) => (text === undefined ? undefined : Number(text));

export const conversationEndpoints = {
  listConversations: performed(routes.listConversations),
  createConversation: created(routes.createConversation, "conversationId"),
  getConversation: performed(routes.getConversation),
  patchConversation: performed(routes.patchConversation),
  listConversationMembers: performed(routes.listConversationMembers),
  putConversationMember: performed(routes.putConversationMember),
  deleteConversationMember: performed(routes.deleteConversationMember),

  getConversationState: roomEndpoint(routes.getConversationState, async ({ room, person }) =>
    answer(await room.state(person), (value) => json(200, value)),
  ),
  listMessages: roomEndpoint(routes.listMessages, async ({ room, person, query }) => {
    const [before, after] = [numberOf(query.before), numberOf(query.after)];
    const wish = {
      limit: pageSize(query),
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    };
    return answer(await room.list(person, wish), (value) => json(200, value));
  }),
  sendMessage: roomEndpoint(routes.sendMessage, async ({ room, person, body, caller }) =>
    answer(await room.command(person, { type: "send", ...body }, caller.ip), (value) => json(201, value)),
  ),
  patchMessage: roomEndpoint(routes.patchMessage, async ({ room, person, body, params, caller }) =>
    answer(
      await room.command(person, { type: "edit", messageId: params.messageId ?? "", ...body }, caller.ip),
      (value) => json(200, value),
    ),
  ),
  deleteMessage: roomEndpoint(routes.deleteMessage, async ({ room, person, params, caller }) =>
    answer(await room.command(person, { type: "delete", messageId: params.messageId ?? "" }, caller.ip), () =>
      nothing(),
    ),
  ),
  reactToMessage: roomEndpoint(routes.reactToMessage, async ({ room, person, body, params, caller }) =>
    answer(
      await room.command(person, { type: "react", messageId: params.messageId ?? "", ...body }, caller.ip),
      (value) => json(200, value),
    ),
  ),
  putReadMark: roomEndpoint(routes.putReadMark, async ({ room, person, body }) =>
    answer(await room.read(person, body.read), () => nothing()),
  ),
};
