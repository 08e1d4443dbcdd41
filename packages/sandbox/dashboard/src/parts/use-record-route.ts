import { useLocation, useNavigate, useParams } from "react-router";

/** The record the address names, and the ways between a list and its records that keep the list's filters. */
export function useRecordRoute(section: string) {
  const { instanceId = "", recordId } = useParams();
  const { search } = useLocation();
  const navigate = useNavigate();
  const list = `/i/${instanceId}/${section}`;
  return {
    recordId,
    linkTo: (id: string) => `${list}/${encodeURIComponent(id)}${search}`,
    // In place of the record: going back must not open again what was closed.
    close: () => void navigate(`${list}${search}`, { replace: true }),
  };
}
