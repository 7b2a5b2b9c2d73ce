import { lazily } from "../parts/lazy.tsx";
import { Loading } from "../parts/notice.tsx";
import { words } from "../state/language.ts";
import { place } from "../state/route.ts";
import { isWallboard, mayAdminister, mayCoordinate, mayMarshal, session } from "../state/session.ts";
import { AlarmView } from "./alarm.tsx";
import { MyAvailability } from "./availability/my-availability.tsx";
import { Colleagues } from "./colleagues/colleagues.tsx";
import { Frame } from "./frame.tsx";
import { History } from "./history.tsx";
import { Home } from "./home.tsx";
import { Invitation } from "./invitation.tsx";
import { Kiosk } from "./kiosk/kiosk.tsx";
import { Kiosks } from "./kiosks/kiosks.tsx";
import { LogIn } from "./log-in.tsx";
import { QualificationsView } from "./qualification/qualifications.tsx";
import { RaiseDialog } from "./raise.tsx";
import { RecordView } from "./record.tsx";
import { RollCallView } from "./roll-call.tsx";
import { RosterView } from "./roster/roster.tsx";
import { StaffingView } from "./staffing/staffing.tsx";
import { Statistics } from "./statistics/statistics.tsx";
import { TakeOver } from "./take-over.tsx";
import { Wallboard } from "./wallboard.tsx";

export const App = () => {
  // A device at the door is nobody's: it has no session of a person, and shows nothing but its own screen.
  if (place.value.view === "kiosk") return <Kiosk />;
  const { state } = session.value;
  if (state === "checking") return <Loading />;
  if (state === "unreachable") return <Unreachable />;
  if (state === "out") return place.value.view === "invitation" ? <Invitation /> : <LogIn />;
  if (isWallboard.value || (place.value.view === "board" && mayCoordinate.value))
    return (
      <>
        <Wallboard />
        <TakeOver />
      </>
    );
  return (
    <>
      <Frame>
        <View />
      </Frame>
      <RaiseDialog />
      <TakeOver />
    </>
  );
};

/** Loaded when it is opened: alarms do not wait for what chats need. */
const ChatPage = lazily(() => import("../chat/chat-page.tsx"));

const View = () => {
  const { value } = place;
  if (value.view === "messages") return <ChatPage form="chat" id={value.id} />;
  if (value.view === "notes") return <ChatPage form="note" id={value.id} />;
  // Alarms of all and the history are for those who coordinate; the server refuses them to others as well.
  if (value.view === "rollCall" && mayMarshal.value)
    return <RollCallView key={value.rollCallId} rollCallId={value.rollCallId} />;
  if (value.view === "availability") return <MyAvailability />;
  if (value.view === "colleagues") return <Colleagues />;
  if (value.view === "kiosks" && mayAdminister.value) return <Kiosks />;
  if (value.view === "roster") return <RosterView part={value.part} />;
  if (!mayCoordinate.value) return <Home />;
  switch (value.view) {
    case "alarm":
      return <AlarmView key={value.alarmId} alarmId={value.alarmId} />;
    case "history":
      return <History />;
    case "record":
      return <RecordView key={value.alarmId} alarmId={value.alarmId} />;
    case "statistics":
      return <Statistics part={value.part} />;
    case "staffing":
      return <StaffingView part={value.part} />;
    case "qualifications":
      return <QualificationsView />;
    default:
      return <Home />;
  }
};

const Unreachable = () => (
  <main class="alone">
    <h1 class="hidden">StandBy</h1>
    <p class="loading" role="status">
      <span class="spinner" aria-hidden="true" />
      {words.value.logIn.unreachable}
    </p>
  </main>
);
