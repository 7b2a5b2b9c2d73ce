import { routes } from "../../protocol/http/routes.ts";
import { answer, json } from "../http/answers.ts";
import { created } from "../http/created.ts";
import { personEndpoint } from "../http/endpoint.ts";
import { perform, performed } from "../http/perform.ts";

export const contactEndpoints = {
  createContact: created(routes.createContact, "contactId"),
  listContacts: performed(routes.listContacts),
  getContact: performed(routes.getContact),
  patchContact: performed(routes.patchContact),
  deleteContact: performed(routes.deleteContact),
  createContactVerification: personEndpoint(routes.createContactVerification, async (call) =>
    answer(await perform(call), (value) => json(202, value)),
  ),
  confirmContactVerification: performed(routes.confirmContactVerification),
};
