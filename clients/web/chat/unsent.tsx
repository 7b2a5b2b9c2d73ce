import { Icon } from "../parts/icon.tsx";
import { shortTime } from "../state/times.ts";
import type { OpenRoom } from "./open-room.ts";
import { chatWords } from "./words.ts";

const why = (code: string): string => chatWords.value.refusal[code] ?? chatWords.value.refusal.other ?? code;

/** What this person wrote and the server does not have: waiting, or refused, with what can be done about it. */
export const Unsent = ({ opened: { view, room } }: { opened: OpenRoom }) => {
  const w = chatWords.value;
  const { unsent, refused } = view.value;
  return (
    <>
      {unsent.map(({ command, at, refused: code }) => (
        <div key={command.messageId} class="chat-said chat-own">
          <article class={`bubble ${code === undefined ? "bubble-queued" : "bubble-refused"}`} aria-label={w.you}>
            {command.photoId === undefined ? null : <p class="quiet">{w.photoSent}</p>}
            <p class="bubble-text">{command.text}</p>
            <p class="bubble-foot">
              <Icon name={code === undefined ? "clock" : "unreached"} size={14} />{" "}
              {code === undefined ? w.queued : w.notSent(why(code))} <time class="quiet">{shortTime(at)}</time>
            </p>
            {code === undefined ? null : <Settle room={room} messageId={command.messageId} />}
          </article>
        </div>
      ))}
      {refused.map(({ command, code, at }) => (
        <div key={`${command.messageId} ${at}`} class="chat-said chat-own">
          <article class="bubble bubble-refused" aria-label={w.you}>
            {command.type === "edit" ? <p class="bubble-text">{command.text}</p> : null}
            <p class="bubble-foot">
              <Icon name="unreached" size={14} /> {w.notChanged(why(code))}
            </p>
            <Settle room={room} messageId={command.messageId} />
          </article>
        </div>
      ))}
    </>
  );
};

const Settle = ({ room, messageId }: { room: OpenRoom["room"]; messageId: string }) => {
  const w = chatWords.value;
  return (
    <div class="bubble-actions">
      <button type="button" onClick={() => room.tryAgain(messageId)}>
        {w.tryAgain}
      </button>
      <button type="button" onClick={() => room.discard(messageId)}>
        {w.discard}
      </button>
    </div>
  );
};
