import * as z from "zod";
import { PresenceHookBody, PresenceHookTaken } from "../integrations.ts";
import {
  Kiosk,
  KioskCode,
  KioskEnrolment,
  KioskQr,
  KioskSession,
  KioskSign,
  KioskSigned,
  NewKiosk,
  NewKioskSession,
} from "../kiosks.ts";
import { PageQuery, page } from "../lists.ts";
import { Shapes } from "../places.ts";
import { defineRoute } from "./route.ts";

const tag = "Presence";

const ShapesQuery = PageQuery.extend({
  /** The version that the device has: nothing is sent when it is the newest. */
  version: z
    .string()
    .regex(/^[0-9]{1,15}$/)
    .optional(),
});

/** How people's presence gets in besides `…/me/presence` and the socket, and the shapes that their devices decide by. */
export const presenceRoutes = {
  getShapes: defineRoute({
    id: "getShapes",
    method: "GET",
    path: "/v1/{tenant}/shapes",
    tag,
    summary: "Shapes of all sites and zones, for devices that decide by themselves whether they are inside",
    access: "person",
    query: ShapesQuery,
    answers: { 200: Shapes },
  }),
  createKiosk: defineRoute({
    id: "createKiosk",
    method: "POST",
    path: "/v1/{tenant}/kiosks",
    tag,
    summary: "Add a kiosk to a site",
    access: "person",
    body: NewKiosk,
    answers: { 201: Kiosk },
    problems: ["name_taken", "conflict"],
  }),
  listKiosks: defineRoute({
    id: "listKiosks",
    method: "GET",
    path: "/v1/{tenant}/kiosks",
    tag,
    summary: "Kiosks",
    access: "person",
    query: PageQuery,
    answers: { 200: page(Kiosk) },
  }),
  getKiosk: defineRoute({
    id: "getKiosk",
    method: "GET",
    path: "/v1/{tenant}/kiosks/{kioskId}",
    tag,
    summary: "One kiosk",
    access: "person",
    answers: { 200: Kiosk },
  }),
  deleteKiosk: defineRoute({
    id: "deleteKiosk",
    method: "DELETE",
    path: "/v1/{tenant}/kiosks/{kioskId}",
    tag,
    summary: "Remove a kiosk; its device is out at once",
    access: "person",
    answers: { 204: null },
  }),
  createKioskEnrolment: defineRoute({
    id: "createKioskEnrolment",
    method: "POST",
    path: "/v1/{tenant}/kiosks/{kioskId}/enrolment",
    tag,
    summary: "A one-time code for the device of a kiosk",
    access: "person",
    answers: { 201: KioskEnrolment },
  }),
  createKioskSession: defineRoute({
    id: "createKioskSession",
    method: "POST",
    path: "/v1/{tenant}/kiosk-sessions",
    tag,
    summary: "Enrol the device of a kiosk with its code",
    access: "public",
    body: NewKioskSession,
    answers: { 201: KioskSession },
    problems: ["expired"],
  }),
  createKioskCode: defineRoute({
    id: "createKioskCode",
    method: "POST",
    path: "/v1/{tenant}/me/kiosk-code",
    tag,
    summary: "A new personal code for kiosks; the former one is dead",
    access: "person",
    answers: { 201: KioskCode },
  }),
  createKioskQr: defineRoute({
    id: "createKioskQr",
    method: "POST",
    path: "/v1/{tenant}/me/kiosk-qr",
    tag,
    summary: "What my device shows to a kiosk as a QR code: once, for a minute",
    access: "person",
    answers: { 201: KioskQr },
  }),
  signAtKiosk: defineRoute({
    id: "signAtKiosk",
    method: "POST",
    path: "/v1/{tenant}/kiosk/sign",
    tag,
    summary: "Sign the person with this code in or out at the kiosk's place",
    access: "kiosk",
    body: KioskSign,
    answers: { 200: KioskSigned },
    problems: ["expired", "rate_limited"],
  }),
  postPresenceHook: defineRoute({
    id: "postPresenceHook",
    method: "POST",
    path: "/v1/{tenant}/presence-hooks/{integrationId}",
    tag,
    summary: "Say that somebody is in a site or zone or not, by a Standard Webhooks message",
    access: "signature",
    body: PresenceHookBody,
    answers: { 200: PresenceHookTaken },
    headers: ["webhook-id", "webhook-timestamp", "webhook-signature"],
  }),
};
