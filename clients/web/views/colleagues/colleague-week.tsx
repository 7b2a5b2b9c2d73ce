import { routes } from "../../../../protocol/http/routes.ts";
import { Modal } from "../../parts/modal.tsx";
import { Failure, Loading } from "../../parts/notice.tsx";
import { names } from "../../state/directory.ts";
import { words } from "../../state/language.ts";
import { useLoaded } from "../../state/loaded.ts";
import { api } from "../../state/session.ts";
import { listed } from "../../state/times.ts";
import { ComingDays } from "../availability/coming-days.tsx";

/** The week to come of one colleague, with their roles and site. */
export const ColleagueWeek = (props: {
  person: { userId: string; name: string };
  /** As this role; empty for anything. */
  roleId: string;
  close: () => void;
}) => {
  const { userId, name } = props.person;
  const { roleId } = props;
  const w = words.value.colleagues;
  const loaded = useLoaded(async (signal) => {
    const params = { userId };
    const [week, user] = await Promise.all([
      api().call(routes.getUserAvailability, { params, query: { role: roleId || undefined }, signal }),
      api().call(routes.getUser, { params, signal }),
    ]);
    return { week, user };
  });
  const roles = loaded.value?.user.roleIds.map((id) => names.value.get(id) ?? "…") ?? [];
  const home = loaded.value?.user.homeSiteId;
  return (
    <Modal labelledBy="colleague" class="sheet" onDismiss={props.close}>
      <div class="sheet-body">
        <h2 id="colleague" tabIndex={-1} data-focus>
          {w.week(name)}
        </h2>
        {roleId === "" ? null : <p class="quiet">{w.asRole(names.value.get(roleId) ?? "…")}</p>}
        {loaded.error === undefined ? null : <Failure error={loaded.error} retry={loaded.reload} />}
        {loaded.value === undefined && loaded.error === undefined ? <Loading /> : null}
        {loaded.value === undefined ? null : (
          <>
            <dl class="facts">
              <div>
                <dt>{w.roles}</dt>
                <dd>{roles.length === 0 ? w.noRoles : listed(roles, "conjunction")}</dd>
              </div>
              {home === undefined ? null : (
                <div>
                  <dt>{w.home}</dt>
                  <dd>{names.value.get(home) ?? "…"}</dd>
                </div>
              )}
            </dl>
            <ComingDays week={loaded.value.week} />
          </>
        )}
        <div class="sheet-foot">
          <button type="button" class="button" onClick={props.close}>
            {words.value.common.close}
          </button>
        </div>
      </div>
    </Modal>
  );
};
