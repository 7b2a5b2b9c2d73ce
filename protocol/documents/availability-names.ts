import {
  AvailabilityBlock,
  AvailabilityException,
  AvailabilityExceptionPatch,
  AvailabilityPattern,
  AvailabilitySegment,
  Calendar,
  CalendarFeed,
  CalendarPatch,
  HolidayList,
  HolidaySettings,
  NewAvailabilityException,
  NewAvailabilityPattern,
  NewCalendar,
  UserAvailability,
} from "../availability.ts";

/** Names in the documents for what availability is made of. */
export const availabilityNames = {
  AvailabilityBlock,
  AvailabilityException,
  AvailabilityExceptionPatch,
  AvailabilityPattern,
  AvailabilitySegment,
  Calendar,
  CalendarFeed,
  CalendarPatch,
  HolidayList,
  HolidaySettings,
  NewAvailabilityException,
  NewAvailabilityPattern,
  NewCalendar,
  UserAvailability,
} as const;
