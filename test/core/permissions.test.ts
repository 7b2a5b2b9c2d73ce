import { expect, test } from "vitest";
import { isOperation, mayDo, type OperationName, permissions } from "../../actors/tenant/access/permissions.ts";
import { routes } from "../../protocol/http/routes.ts";
import { Permission } from "../../protocol/people.ts";
import { matrix, ofTheSite } from "./permissions-matrix.ts";

// T1, first half: the authorisation matrix is complete and is the one written down in permissions-matrix.ts. That each route
// asks it, and that a foreign id answers as an unknown one (I6), is test/system's and test/workerd's.

const letters = { e: "employee", r: "responder", c: "coordinator", a: "admin", w: "wallboard" } as const;

test("T1: every route of a person is in the matrix or served by the site actor; no rule is left over", () => {
  const personal = Object.values(routes)
    .filter((route) => route.access === "person")
    .map((route) => route.id);
  expect([...Object.keys(matrix), ...ofTheSite].toSorted()).toEqual(personal.toSorted());
  expect(Object.keys(permissions).toSorted()).toEqual(Object.keys(matrix).toSorted());
});

const cells = Object.entries(matrix).flatMap(([operation, line]) =>
  Object.entries(letters).flatMap(([letter, permission]) => {
    const [allowed = "", device] = line.split(/\s+/);
    const may = allowed.includes(letter);
    return [
      [operation, permission, "session", may],
      [operation, permission, "device", may && device === "d"],
    ] as const;
  }),
);

test("the letters are all the permissions there are", () => {
  expect(Object.values(letters).toSorted()).toEqual([...Permission.options].toSorted());
});

test.each(cells)("T1: %s by %s with a %s: %s", (operation, permission, kind, may) => {
  expect(mayDo(operation as OperationName, permission, kind)).toBe(may);
});

test("T1: what is not in the matrix is nobody's", () => {
  for (const name of ["", "toString", "__proto__", "constructor", "logIn", "createTenant", "postHook"])
    expect(isOperation(name), name).toBe(false);
});
