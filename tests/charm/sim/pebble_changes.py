"""What the Pebble stand-in does in the background: changes of one task each, and notices about them."""
import datetime
import threading

from .pebble_http import ApiError


def _now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class Changes:
    def __init__(self):
        self.known = {}
        self.over = {}  # id -> event
        self.notices = {}  # by the id of the change
        self.next_id = 1

    def begin(self, kind, data=None, summary=""):
        change_id = str(self.next_id)
        self.next_id += 1
        task = {"id": change_id, "kind": kind, "summary": summary or kind, "status": "Doing"}
        self.known[change_id] = {"id": change_id, "kind": kind, "summary": summary or kind, "status": "Doing",
                                 "ready": False, "tasks": [task], "data": data or {}}
        self.over[change_id] = threading.Event()
        self._tell(change_id)
        return change_id

    def end(self, change_id, status="Done", failure="", output="", data=None):
        """`failure` is the task's, `output` the end of what its service wrote."""
        change = self.known[change_id]
        task = change["tasks"][0]
        if data:
            task["data"] = data
        if failure:
            indented = "".join(f"\n    {line}" for line in output.strip().split("\n")[-20:])
            task["log"] = [*([f"{_now()} INFO Most recent service output:{indented}"] if output.strip() else []),
                           f"{_now()} ERROR {failure}"]
            change["err"] = f"cannot perform the following tasks:\n- {task['summary']} ({failure})"
            status = "Error"
        task["status"] = change["status"] = status
        change["ready"] = True
        self._tell(change_id)
        self.over[change_id].set()

    def _tell(self, change_id):
        change = self.known[change_id]
        self.notices[change_id] = {"type": "change-update", "key": change_id,
                                   "last-data": {"kind": change["kind"], **change["data"]}}

    def get(self, change_id):
        if change_id not in self.known:
            raise ApiError(404, f"cannot find change with id \"{change_id}\"")
        return self.known[change_id]

    def wait(self, change_id, seconds):
        self.get(change_id)
        if not self.over[change_id].wait(seconds):
            raise ApiError(504, f"timed out waiting for change after {seconds:g}s")
        return self.known[change_id]
