import { routes } from "../../protocol/http/routes.ts";
import { created } from "../http/created.ts";
import { performed } from "../http/perform.ts";

export const roleEndpoints = {
  createRole: created(routes.createRole, "roleId"),
  listRoles: performed(routes.listRoles),
  getRole: performed(routes.getRole),
  patchRole: performed(routes.patchRole),
  deleteRole: performed(routes.deleteRole),
};
