import { routes } from "../../protocol/http/routes.ts";
import { User } from "../../protocol/people.ts";
import { freshSecret } from "../access/started.ts";
import { answer, json } from "../http/answers.ts";
import { personEndpoint } from "../http/endpoint.ts";
import { addressOf, perform, performed } from "../http/perform.ts";

const Made = User.loose();

export const userEndpoints = {
  createUser: personEndpoint(routes.createUser, async (call) => {
    const { secret: invitation, secretHash: invitationHash } = freshSecret();
    return answer(await perform(call, { invitationHash }), (value) => {
      const user = Made.parse(value);
      return json(201, { ...user, invitation }, addressOf(call.request, user.userId));
    });
  }),
  importUsers: performed(routes.importUsers),
  listUsers: performed(routes.listUsers),
  getUser: performed(routes.getUser),
  patchUser: performed(routes.patchUser),
};
