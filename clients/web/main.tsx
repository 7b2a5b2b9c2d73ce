import "./state/without-eval.ts";
import { effect } from "@preact/signals";
import { render } from "preact";
import "@fontsource-variable/atkinson-hyperlegible-next/wght.css";
import "./style/base.css";
import "./style/frame.css";
import "./style/forms.css";
import "./style/alarms.css";
import "./style/take-over.css";
import "./style/table.css";
import "./style/board.css";
import "./style/course.css";
import "./style/muster.css";
import "uplot/dist/uPlot.min.css";
import "./style/statistics.css";
import "./style/availability.css";
import "./style/kiosk.css";
import "./style/planning.css";
import "./style/roster.css";
import "./style/hours.css";
import { drawAttention } from "./state/attention.ts";
import { forgetColleagues } from "./state/colleagues.ts";
import { forgetDirectory, loadDirectory } from "./state/directory.ts";
import { holdLine } from "./state/link.ts";
import { listenForAlarm } from "./state/live-alarm.ts";
import { listenForWorking } from "./state/lone-worker.ts";
import { listenForBoard } from "./state/open-alarms.ts";
import { forgetOnLogOut, listenForAlarms } from "./state/own-alarms.ts";
import { followOwnWeek } from "./state/own-week.ts";
import { listenForPlanning } from "./state/planning.ts";
import { listenForPresence } from "./state/presence.ts";
import { holdPush } from "./state/push.ts";
import { listenForReminders } from "./state/reminders.ts";
import { listenForRollCalls } from "./state/roll-calls.ts";
import { place } from "./state/route.ts";
import { findSession, session } from "./state/session.ts";
import { soundAlarms } from "./state/sound.ts";
import { listenForMessages } from "./state/unread.ts";
import { App } from "./views/app.tsx";

holdLine((line, key) => {
  listenForAlarms(line, key);
  listenForBoard(line);
  listenForAlarm(line);
  listenForPresence(line);
  followOwnWeek();
  listenForWorking(line);
  listenForReminders(line);
  listenForPlanning(line);
  listenForRollCalls(line);
  listenForMessages(line);
});
effect(() => {
  forgetOnLogOut();
  if (session.value.state === "in") void loadDirectory();
  else {
    forgetDirectory();
    forgetColleagues();
  }
});
soundAlarms();
holdPush();
drawAttention();
// An invitation is for somebody else than whoever is logged in on this computer.
if (place.value.view === "invitation") session.value = { state: "out" };
else if (place.value.view !== "kiosk") void findSession();

const root = document.getElementById("app");
if (root !== null) render(<App />, root);
