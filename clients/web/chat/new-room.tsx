import { useId, useState } from "preact/hooks";
import type { NewConversation } from "../../../protocol/conversation/rooms.ts";
import { routes } from "../../../protocol/http/routes.ts";
import { Modal } from "../parts/modal.tsx";
import { PersonSearch } from "../parts/person-search.tsx";
import { directory } from "../state/directory.ts";
import { words } from "../state/language.ts";
import { explain } from "../state/problems.ts";
import { go } from "../state/route.ts";
import { api } from "../state/session.ts";
import { putRoom } from "./rooms.ts";
import { chatWords } from "./words.ts";

export type NewRoomKind = "direct" | "group" | "note";
type Person = { userId: string; name: string };

/** Begins a conversation: with one person, with a group, or a note of a site or a group. */
export const NewRoom = ({ kind, close }: { kind: NewRoomKind; close: () => void }) => {
  const [people, setPeople] = useState<readonly Person[]>([]);
  const [title, setTitle] = useState("");
  const [siteId, setSiteId] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const id = useId();
  const w = chatWords.value;
  const heading = { direct: w.newDirect, group: w.newGroup, note: w.newNote }[kind];
  const help = { direct: w.newDirectHelp, group: w.groupHelp, note: w.noneHelp.notes }[kind];

  const wish = (): NewConversation | undefined => {
    const userIds = people.map(({ userId }) => userId);
    const [first, ...others] = userIds;
    if (kind === "direct")
      return first === undefined || others.length > 0 ? undefined : { kind: "direct", userId: first };
    if (title.trim() === "") return undefined;
    if (kind === "note" && siteId !== "") return { kind: "site", form: "note", title: title.trim(), siteId };
    return { kind: "group", form: kind === "note" ? "note" : "chat", title: title.trim(), userIds };
  };
  const given = wish();

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (given === undefined) return;
    setBusy(true);
    setProblem(undefined);
    try {
      const room = await api().call(routes.createConversation, { body: given });
      putRoom(room);
      close();
      go({ view: kind === "note" ? "notes" : "messages", id: room.conversationId });
    } catch (error) {
      setProblem(explain(error));
      setBusy(false);
    }
  };

  return (
    <Modal labelledBy={`${id}-title`} class="sheet" onDismiss={close}>
      <form class="sheet-body" onSubmit={(event) => void submit(event)}>
        <h2 id={`${id}-title`} tabIndex={-1} data-focus>
          {heading}
        </h2>
        <p class="quiet">{help}</p>
        {kind === "direct" ? null : (
          <>
            <label for={`${id}-name`}>{kind === "group" ? w.groupName : w.noteName}</label>
            <input
              id={`${id}-name`}
              class="input"
              maxLength={100}
              value={title}
              onInput={(event) => setTitle(event.currentTarget.value)}
            />
          </>
        )}
        {kind === "note" ? (
          <>
            <label for={`${id}-of`}>{w.noteOf}</label>
            <select
              id={`${id}-of`}
              class="input"
              value={siteId}
              onChange={(event) => setSiteId(event.currentTarget.value)}
            >
              <option value="">{w.noteOfGroup}</option>
              {(directory.value?.sites ?? []).map((site) => (
                <option key={site.siteId} value={site.siteId}>
                  {site.name}
                </option>
              ))}
            </select>
          </>
        ) : null}
        {kind === "note" && siteId !== "" ? null : (
          <PersonSearch
            chosen={people}
            onChoose={(chosen) => setPeople(kind === "direct" ? chosen.slice(-1) : chosen)}
          />
        )}
        <p class="field-problem" role="alert">
          {problem ?? ""}
        </p>
        <div class="sheet-foot">
          <button type="button" class="button" onClick={close}>
            {words.value.common.cancel}
          </button>
          <button type="submit" class="button button-main" disabled={isBusy || given === undefined}>
            {w.begin}
          </button>
        </div>
      </form>
    </Modal>
  );
};
