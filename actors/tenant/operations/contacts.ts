import type { Contact } from "../../../protocol/contacts.ts";
import { limits } from "../../../protocol/limits.ts";
import { done, refuse } from "../../../protocol/problems.ts";
import { newId } from "../../kernel/ids.ts";
import type { Desk, Who } from "../desk.ts";
import { type KeptContact, namedInTargets, nameKey } from "../directory/directory.ts";
import { sendCode, takeCode } from "./channels.ts";
import { notFound, type Operation, pageOf } from "./operation.ts";
import { patched } from "./places.ts";

const by = (who: Who) => ({ type: "user", id: who.person.userId }) as const;
const subjectOf = ({ contactId }: { contactId: string }) => ({ id: contactId, contact: true });

const shown = (desk: Desk, contact: KeptContact): Contact => ({
  ...contact,
  phoneVerified: desk.addresses.isProven(subjectOf(contact), "phone"),
  emailVerified: desk.addresses.isProven(subjectOf(contact), "email"),
});

const taken = (desk: Desk, name: string, except?: string): boolean =>
  [...desk.directory.contacts.values()].some(
    (other) => other.contactId !== except && nameKey(other.name) === nameKey(name),
  );

const save = (desk: Desk, who: Who, contact: KeptContact, now: number) => {
  const version = desk.people.saveThing("contact", contact.contactId, contact);
  desk.addresses.disprove([subjectOf(contact)]);
  const { contactId, name } = contact;
  desk.record("contact.saved", contactId, now, by(who), { contactId, name, version }, who.ip);
  return done(shown(desk, contact));
};

export const createContact: Operation<"createContact"> = (desk, who, { body }, now) => {
  if (taken(desk, body.name)) return refuse("name_taken");
  if (desk.directory.contacts.size >= limits.contactsPerTenant)
    return refuse("conflict", "there are too many contacts");
  const fresh = { contactId: newId("con"), name: body.name, locale: body.locale ?? desk.facts?.locale ?? "nl" };
  return save(desk, who, patched<KeptContact>(fresh, body), now);
};

export const listContacts: Operation<"listContacts"> = (desk, _who, { query }) => {
  const page = pageOf([...desk.directory.contacts.values()], ({ name }) => nameKey(name), query);
  return page.ok ? done({ ...page.value, items: page.value.items.map((contact) => shown(desk, contact)) }) : page;
};

const find = (desk: Desk, params: Readonly<Record<string, string>>): KeptContact | undefined =>
  desk.directory.contacts.get(params.contactId ?? "");

export const getContact: Operation<"getContact"> = (desk, _who, { params }) => {
  const contact = find(desk, params);
  return contact === undefined ? notFound() : done(shown(desk, contact));
};

export const patchContact: Operation<"patchContact"> = (desk, who, { params, body }, now) => {
  const contact = find(desk, params);
  if (contact === undefined) return notFound();
  if (body.name !== undefined && taken(desk, body.name, contact.contactId)) return refuse("name_taken");
  const changed = patched(contact, body);
  if (changed.phone === undefined && changed.email === undefined)
    return refuse("invalid", undefined, [{ path: "phone", message: "needs a phone number or an e-mail" }]);
  return save(desk, who, changed, now);
};

export const deleteContact: Operation<"deleteContact"> = (desk, who, { params }, now) => {
  const contact = find(desk, params);
  if (contact === undefined) return notFound();
  const { contactId, name } = contact;
  if (namedInTargets(desk.directory, contactId)) return refuse("conflict", "a scenario calls this contact");
  const version = desk.people.removeThing("contact", contactId);
  desk.addresses.disprove([subjectOf(contact)]);
  desk.record("contact.saved", contactId, now, by(who), { contactId, name, version, deleted: true }, who.ip);
  return done(null);
};

export const createContactVerification: Operation<"createContactVerification"> = (
  desk,
  _who,
  { params, body },
  now,
) => {
  const contact = find(desk, params);
  return contact === undefined ? notFound() : sendCode(desk, subjectOf(contact), body.detail, now);
};

export const confirmContactVerification: Operation<"confirmContactVerification"> = (
  desk,
  who,
  { params, body },
  now,
) => {
  const contact = find(desk, params);
  if (contact === undefined) return notFound();
  const told = takeCode(desk, who, subjectOf(contact), body, now);
  return told.ok ? done(shown(desk, contact)) : told;
};
