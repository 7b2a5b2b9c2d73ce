import { useState } from "preact/hooks";
import type { NoteVersion } from "../../../protocol/conversation/rooms.ts";
import { routes } from "../../../protocol/http/routes.ts";
import { Failure, Loading } from "../parts/notice.tsx";
import { words } from "../state/language.ts";
import { api, mayCoordinate } from "../state/session.ts";
import { dayAndTime, listed } from "../state/times.ts";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import { nameOf } from "./people.ts";
import { chatWords } from "./words.ts";

interface Loaded {
  items: readonly NoteVersion[];
  cursor?: string | undefined;
}

/** Versions of a note: who wrote, what it said, and the way back. Asked for when somebody opens it. */
export const NoteVersions = ({ conversationId, mayWrite }: { conversationId: string; mayWrite: boolean }) => {
  const [loaded, setLoaded] = useState<Loaded | undefined>(undefined);
  const [isLoading, setLoading] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const [restoring, setRestoring] = useState<NoteVersion | undefined>(undefined);
  const w = chatWords.value;

  const load = async (cursor?: string): Promise<void> => {
    setLoading(true);
    setError(undefined);
    try {
      const query = { limit: 20, ...(cursor === undefined ? {} : { cursor }) };
      const page = await api().call(routes.listNoteVersions, { params: { conversationId }, query });
      setLoaded((known) => ({
        items: [...(cursor === undefined ? [] : (known?.items ?? [])), ...page.items],
        cursor: page.nextCursor,
      }));
    } catch (reason) {
      setError(reason);
    }
    setLoading(false);
  };
  const restore = async ({ version }: NoteVersion): Promise<void> => {
    await api().call(routes.restoreNoteVersion, { params: { conversationId, version: String(version) } });
    await load();
  };

  return (
    <details
      class="versions"
      onToggle={(event) => {
        if (event.currentTarget.open) void load();
      }}
    >
      <summary>{w.versions}</summary>
      {loaded?.items.length === 0 ? <p class="quiet">{w.versionsNone}</p> : null}
      <ol class="version-list">
        {(loaded?.items ?? []).map((version) => (
          <Version
            key={version.version}
            conversationId={conversationId}
            version={version}
            {...(mayWrite && mayCoordinate.value ? { restore: () => setRestoring(version) } : {})}
          />
        ))}
      </ol>
      {isLoading ? <Loading /> : null}
      {error === undefined ? null : <Failure error={error} retry={() => void load()} />}
      {loaded?.cursor === undefined || isLoading ? null : (
        <button type="button" class="button" onClick={() => void load(loaded.cursor)}>
          {words.value.common.more}
        </button>
      )}
      {restoring === undefined ? null : (
        <ConfirmDialog
          title={w.restoreTitle(dayAndTime(restoring.at))}
          help={w.restoreHelp}
          confirm={w.restore}
          act={() => restore(restoring)}
          close={() => setRestoring(undefined)}
        />
      )}
    </details>
  );
};

const Version = (props: { conversationId: string; version: NoteVersion; restore?: () => void }) => {
  const { conversationId, version, restore } = props;
  const { at, authorIds, characters, restoredFrom } = version;
  const [text, setText] = useState<string | undefined>(undefined);
  const [error, setError] = useState<unknown>(undefined);
  const w = chatWords.value;
  const show = async (): Promise<void> => {
    setError(undefined);
    try {
      const params = { conversationId, version: String(version.version) };
      setText((await api().call(routes.getNoteVersion, { params })).text);
    } catch (reason) {
      setError(reason);
    }
  };
  const names = authorIds.length === 0 ? w.nobodyKnown : listed(authorIds.map(nameOf), "conjunction");
  return (
    <li>
      <p>
        <strong>{dayAndTime(at)}</strong> <span class="quiet">{w.versionBy(names, characters)}</span>
        {restoredFrom === undefined ? null : <span class="quiet"> · {w.restoredFrom(restoredFrom)}</span>}
      </p>
      <div class="version-actions">
        {text === undefined ? (
          <button type="button" class="button" onClick={() => void show()}>
            {w.show}
            <span class="hidden"> {w.versionOf(dayAndTime(at))}</span>
          </button>
        ) : null}
        {restore === undefined ? null : (
          <button type="button" class="button" onClick={restore}>
            {w.restore}
            <span class="hidden"> {w.versionOf(dayAndTime(at))}</span>
          </button>
        )}
      </div>
      {text === undefined ? null : <div class="note-read">{text}</div>}
      {error === undefined ? null : <Failure error={error} retry={() => void show()} />}
    </li>
  );
};
