import { useEffect, useState } from "preact/hooks";
import type { Conversation, ConversationMember } from "../../../protocol/conversation/rooms.ts";
import { routes } from "../../../protocol/http/routes.ts";
import { Failure, Loading } from "../parts/notice.tsx";
import { PersonSearch } from "../parts/person-search.tsx";
import { words } from "../state/language.ts";
import { explain } from "../state/problems.ts";
import { api, mayCoordinate, me } from "../state/session.ts";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import { nameThem } from "./people.ts";
import { loadRooms, removeRoom } from "./rooms.ts";
import { chatWords } from "./words.ts";

type Person = { userId: string; name: string };

/** Who is in it; taking in, inviting, taking out and leaving. */
export const MembersPanel = ({ conversation, left }: { conversation: Conversation; left: () => void }) => {
  const { conversationId, kind, title } = conversation;
  const [members, setMembers] = useState<readonly ConversationMember[]>([]);
  const [cursor, setCursor] = useState<string | undefined>(undefined);
  const [isLoading, setLoading] = useState(true);
  const [error, setError] = useState<unknown>(undefined);
  const [leaving, setLeaving] = useState<ConversationMember | undefined>(undefined);
  const [chosen, setChosen] = useState<readonly Person[]>([]);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const w = chatWords.value;

  const load = async (after?: string): Promise<void> => {
    setLoading(true);
    setError(undefined);
    try {
      const query = { limit: 100, ...(after === undefined ? {} : { cursor: after }) };
      const page = await api().call(routes.listConversationMembers, { params: { conversationId }, query });
      nameThem(page.items);
      setMembers((known) => (after === undefined ? page.items : [...known, ...page.items]));
      setCursor(page.nextCursor);
    } catch (reason) {
      setError(reason);
    }
    setLoading(false);
  };
  useEffect(() => void load(), [conversationId]);

  const isGroup = kind === "group";
  const mayAdd = isGroup ? conversation.guest !== true : mayCoordinate.value;
  const add = async (): Promise<void> => {
    setProblem(undefined);
    try {
      for (const { userId } of chosen)
        await api().call(routes.putConversationMember, { params: { conversationId, userId } });
      setChosen([]);
    } catch (reason) {
      setProblem(explain(reason));
    }
    await load();
  };
  const takeOut = async ({ userId }: ConversationMember): Promise<void> => {
    await api().call(routes.deleteConversationMember, { params: { conversationId, userId } });
    if (userId !== me.value?.userId) return load();
    removeRoom(conversationId);
    left();
    await loadRooms();
  };
  /** Those who are in it by their site or role are not taken out of it here. */
  const mayTakeOut = (member: ConversationMember): boolean => {
    if (member.userId === me.value?.userId) return isGroup || member.guest === true;
    return isGroup || (member.guest === true && mayCoordinate.value);
  };
  const own = me.value?.userId;

  return (
    <section class="panel members" aria-label={w.membersOf(title)}>
      <ul class="member-list">
        {members.map((member) => (
          <li key={member.userId}>
            <span>
              {member.name}
              {member.userId === own ? <span class="quiet"> ({w.you})</span> : null}
              {member.guest === true ? <span class="chip guest-mark">{w.guest}</span> : null}
            </span>
            {mayTakeOut(member) ? (
              <button type="button" class="button button-plain" onClick={() => setLeaving(member)}>
                {member.userId === own ? w.leave : w.takeOut}
                {member.userId === own ? null : <span class="hidden"> {member.name}</span>}
              </button>
            ) : null}
          </li>
        ))}
      </ul>
      {isLoading ? <Loading /> : null}
      {error === undefined ? null : <Failure error={error} retry={() => void load()} />}
      {cursor === undefined || isLoading ? null : (
        <button type="button" class="button" onClick={() => void load(cursor)}>
          {words.value.common.more}
        </button>
      )}
      {mayAdd ? (
        <fieldset>
          <legend>{isGroup ? w.add : w.invite}</legend>
          <PersonSearch chosen={chosen} onChoose={setChosen} />
          <p class="field-problem" role="alert">
            {problem ?? ""}
          </p>
          {chosen.length === 0 ? null : (
            <button type="button" class="button button-main" onClick={() => void add()}>
              {w.addChosen}
            </button>
          )}
        </fieldset>
      ) : null}
      {leaving === undefined ? null : (
        <ConfirmDialog
          title={leaving.userId === own ? w.leaveTitle : w.takeOutTitle(leaving.name)}
          {...(leaving.userId === own ? { help: w.leaveHelp } : {})}
          confirm={leaving.userId === own ? w.leave : w.takeOut}
          act={() => takeOut(leaving)}
          close={() => setLeaving(undefined)}
        />
      )}
    </section>
  );
};
