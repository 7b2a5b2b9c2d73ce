import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Conversation, Message, Photo } from "../../../protocol/conversation/rooms.ts";
import { limits } from "../../../protocol/limits.ts";
import { StandbyUnreachable } from "../../sdk/problem.ts";
import { Icon } from "../parts/icon.tsx";
import { explain } from "../state/problems.ts";
import { tenant } from "../state/route.ts";
import { MentionPicker, useMentions } from "./mention-picker.tsx";
import { mentioned } from "./mentions.ts";
import { excerpt } from "./message-item.tsx";
import type { OpenRoom } from "./open-room.ts";
import { nameOf } from "./people.ts";
import { NoPicture, shrink, upload } from "./photo.ts";
import { chatWords } from "./words.ts";

interface Props {
  conversation: Conversation;
  opened: OpenRoom;
  chosen: { replyTo?: Message; editing?: Message };
  done: () => void;
}

/** Where a message is written. Enter sends, Shift and Enter begin a line; on a phone the button sends. */
export const Compose = ({ conversation: { conversationId }, opened: { room }, chosen, done }: Props) => {
  const [text, setText] = useState("");
  const [photo, setPhoto] = useState<Photo | "busy" | undefined>(undefined);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const field = useRef<HTMLTextAreaElement>(null);
  const file = useRef<HTMLInputElement>(null);
  const mentions = useMentions(conversationId, field, setText);
  const id = useId();
  const w = chatWords.value;
  const { replyTo, editing } = chosen;

  useEffect(() => {
    if (editing !== undefined) {
      setText(editing.text ?? "");
      mentions.keep((editing.mentions ?? []).map((userId) => ({ userId, name: nameOf(userId) })));
    }
    if (editing !== undefined || replyTo !== undefined) field.current?.focus();
  }, [editing, replyTo]);

  const isLong = text.length > limits.messageCharacters;
  const hasPhoto = typeof photo === "object";
  const isReady = photo !== "busy" && !isLong && (text.trim() !== "" || (hasPhoto && editing === undefined));

  const clear = (): void => {
    setText("");
    setPhoto(undefined);
    setProblem(undefined);
    mentions.clear();
    done();
  };
  const submit = (): void => {
    if (!isReady) return;
    const said = text.trim();
    const named = mentioned(said, mentions.picked).slice(0, limits.messageMentions);
    try {
      if (editing !== undefined) room.edit(editing.messageId, said, named.length === 0 ? undefined : named);
      else
        room.send({
          ...(said === "" ? {} : { text: said }),
          ...(named.length === 0 ? {} : { mentions: named }),
          ...(replyTo === undefined ? {} : { replyTo: replyTo.messageId }),
          ...(hasPhoto ? { photoId: photo.photoId } : {}),
        });
      clear();
    } catch (error) {
      setProblem(error instanceof RangeError ? w.tooMany : explain(error));
    }
    field.current?.focus();
  };
  const take = async (picked: File | undefined): Promise<void> => {
    if (picked === undefined) return;
    setPhoto("busy");
    setProblem(undefined);
    try {
      setPhoto(await upload(tenant.value ?? "", conversationId, await shrink(picked)));
    } catch (error) {
      setPhoto(undefined);
      setProblem(
        error instanceof NoPicture
          ? w.photoFailed
          : error instanceof StandbyUnreachable
            ? w.photoOffline
            : explain(error),
      );
    }
    if (file.current !== null) file.current.value = "";
  };
  const key = (event: KeyboardEvent): void => {
    if (mentions.key(event, text)) return;
    if (event.key === "Escape" && (editing !== undefined || replyTo !== undefined)) clear();
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || matchMedia("(pointer: coarse)").matches) return;
    event.preventDefault();
    submit();
  };

  return (
    <form
      class="compose-message"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {replyTo === undefined ? null : (
        <Aside label={w.replyTo(replyTo.authorId === undefined ? w.system : nameOf(replyTo.authorId))} cancel={done}>
          {excerpt(replyTo)}
        </Aside>
      )}
      {editing === undefined ? null : (
        <Aside label={w.editing} cancel={clear}>
          {excerpt(editing)}
        </Aside>
      )}
      {hasPhoto ? (
        <Aside label={w.photoSent} cancel={() => setPhoto(undefined)} cancelLabel={w.noPhoto}>
          {photo.width} × {photo.height}
        </Aside>
      ) : null}
      <div role="status">{photo === "busy" ? <p class="quiet">{w.photoBusy}</p> : null}</div>
      <p class="field-problem" role="alert">
        {isLong ? w.tooLong(limits.messageCharacters) : (problem ?? "")}
      </p>
      <MentionPicker mentions={mentions} text={text} />
      <div class="compose-row">
        <label for={id} class="hidden">
          {w.write}
        </label>
        <textarea
          ref={field}
          id={id}
          class="input"
          rows={2}
          placeholder={w.writeHint}
          value={text}
          {...mentions.attributes}
          onInput={(event) => {
            setText(event.currentTarget.value);
            mentions.look(event.currentTarget.value, event.currentTarget.selectionStart);
            if (event.currentTarget.value !== "") room.typing();
          }}
          onKeyDown={key}
        />
        {editing !== undefined ? null : (
          <>
            <input
              ref={file}
              id={`${id}-file`}
              class="hidden"
              type="file"
              accept="image/jpeg,image/png,image/webp,image/*"
              onChange={(event) => void take(event.currentTarget.files?.[0])}
            />
            <label for={`${id}-file`} class="button photo-button" title={w.photo}>
              <Icon name="photo" size={22} />
              <span class="hidden">{w.photo}</span>
            </label>
          </>
        )}
        <button type="submit" class="button button-main" disabled={!isReady}>
          <Icon name="sent" size={18} />
          {editing === undefined ? w.send : w.save}
        </button>
      </div>
    </form>
  );
};

const Aside = (props: {
  label: string;
  cancel: () => void;
  cancelLabel?: string;
  children: preact.ComponentChildren;
}) => (
  <div class="compose-aside">
    <p>
      <strong>{props.label}</strong> <span class="quiet">{props.children}</span>
    </p>
    <button
      type="button"
      class="button button-plain"
      onClick={props.cancel}
      aria-label={props.cancelLabel ?? chatWords.value.noReply}
    >
      <Icon name="cross" size={16} />
    </button>
  </div>
);
