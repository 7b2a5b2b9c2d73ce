import { Duty, DutyReport, NewQualifications, Qualifications } from "../readiness.ts";
import { defineRoute } from "./route.ts";

const tag = "People";

export const readinessRoutes = {
  putDuty: defineRoute({
    id: "putDuty",
    method: "PUT",
    path: "/v1/{tenant}/me/duty",
    tag,
    summary: "Say whether I am on duty",
    access: "person",
    body: DutyReport,
    answers: { 200: Duty },
  }),
  putUserDuty: defineRoute({
    id: "putUserDuty",
    method: "PUT",
    path: "/v1/{tenant}/users/{userId}/duty",
    tag,
    summary: "Put somebody on or off duty",
    access: "person",
    body: DutyReport,
    answers: { 200: Duty },
  }),
  putQualifications: defineRoute({
    id: "putQualifications",
    method: "PUT",
    path: "/v1/{tenant}/users/{userId}/qualifications",
    tag,
    summary: "Say which roles somebody has a certificate for, and until when; replaces what was there",
    access: "person",
    body: NewQualifications,
    answers: { 200: Qualifications },
  }),
  getQualifications: defineRoute({
    id: "getQualifications",
    method: "GET",
    path: "/v1/{tenant}/users/{userId}/qualifications",
    tag,
    summary: "Which roles somebody has a certificate for (own, or by those who lead)",
    access: "person",
    answers: { 200: Qualifications },
  }),
};
