"""The wire of the Pebble stand-in: HTTP/1.1 with its envelope, multipart files, and the websockets of exec."""
import base64
import functools
import hashlib
import http.server
import json
import os
import socket
import struct
import threading
import urllib.parse

WEBSOCKET_KEY = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
BOUNDARY = "stand-in-8f3c0f6d5b5c4b8c9d2e7a1b0c9d8e7f"


class ApiError(Exception):
    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


class Server:
    """Listens on the socket; each connection has a thread."""

    def __init__(self, path, pebble):
        self.pebble = pebble
        self.path = path
        if os.path.exists(path):
            os.remove(path)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(64)
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.listener.close()
        if os.path.exists(self.path):
            os.remove(self.path)

    def _serve(self):
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(peer,), daemon=True).start()

    def _answer(self, peer):
        with peer:
            try:
                Handler(peer, "", self)
            except OSError:
                pass  # the charm was killed in mid-call


class Websocket:
    """The server's end of one."""

    def __init__(self, reader, writer):
        self.reader = reader
        self.writer = writer
        self.lock = threading.Lock()
        self.closed = threading.Event()

    def send(self, opcode, data):
        with self.lock:
            size = len(data)
            head = bytes([0x80 | opcode])
            if size < 126:
                head += bytes([size])
            elif size < 65536:
                head += bytes([126]) + struct.pack(">H", size)
            else:
                head += bytes([127]) + struct.pack(">Q", size)
            try:
                self.writer.write(head + data)
                self.writer.flush()
            except OSError:
                self.closed.set()

    def receive(self):
        head = self.reader.read(2)
        if len(head) < 2:
            return None, b""
        opcode, size = head[0] & 15, head[1] & 127
        if size == 126:
            size = struct.unpack(">H", self.reader.read(2))[0]
        elif size == 127:
            size = struct.unpack(">Q", self.reader.read(8))[0]
        mask = self.reader.read(4) if head[1] & 128 else bytes(4)
        data = self.reader.read(size)
        return opcode, bytes(byte ^ mask[i % 4] for i, byte in enumerate(data))

    def pump(self, stream):
        """From the process to the client."""
        while chunk := stream.read1(65536):
            self.send(2, chunk)
        self.send(1, b'{"command":"end"}')

    def feed(self, stream):
        """From the client to the process."""
        try:
            while True:
                opcode, data = self.receive()
                if opcode in (0, 2):  # 0: more of a message in parts
                    stream.write(data)
                    stream.flush()
                elif opcode in (1, 8, None):
                    break
            stream.close()
        except OSError:
            pass


@functools.lru_cache(1000)
def target_of(text):
    """The same few, again and again: parsing one takes as long as answering it."""
    url = urllib.parse.urlsplit(text)
    return url, urllib.parse.parse_qs(url.query), url.path.strip("/").split("/")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def parse_request(self):
        """The base class's takes longer than all that we do with the request."""
        self.command, self.path, _ = self.raw_requestline.decode().split()
        self.headers = {}
        while line := self.rfile.readline().decode().strip():
            name, _, value = line.partition(":")
            self.headers[name.lower()] = value.strip()
        self.close_connection = self.headers.get("connection", "").lower() == "close"
        return True

    def send_whole(self, code, fields, body=b""):
        head = [f"HTTP/1.1 {code} {http.HTTPStatus(code).phrase}", *(f"{name}: {value}" for name, value in fields)]
        self.wfile.write("".join(line + "\r\n" for line in [*head, ""]).encode() + body)

    def do_GET(self):  # noqa: N802, the base class's name
        url, query, parts = target_of(self.path)
        pebble = self.server.pebble
        try:
            if "websocket" in parts:
                return self.websocket(pebble.tasks.get(parts[2]), parts[4])
            if url.path == "/v1/files" and query["action"] == ["list"]:
                return self.reply(pebble.list_files(query["path"][0]))
            if url.path == "/v1/files":
                return self.read_files(query["path"])
            if url.path == "/v1/plan":
                if query.get("format") != ["yaml"]:
                    raise ApiError(400, "invalid format")
                return self.reply(pebble.plan_text())
            if parts[1] == "changes" and parts[-1] == "wait":
                seconds = float(query["timeout"][0].rstrip("s"))
                return self.reply(pebble.changes.wait(parts[2], seconds))
            if parts[1] == "changes":
                return self.reply(pebble.changes.get(parts[2]))
            getters = {"/v1/system-info": pebble.system_info, "/v1/services": pebble.service_list,
                       "/v1/checks": pebble.check_list, "/v1/notices": pebble.notices}
            if url.path not in getters:
                raise ApiError(404, "unknown API endpoint")
            return self.reply(getters[url.path]())
        except ApiError as error:
            return self.fail(error)

    def do_POST(self):  # noqa: N802
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        pebble = self.server.pebble
        try:
            if self.headers.get("content-type", "").startswith("multipart/form-data"):
                return self.write_files(body)
            request = json.loads(body)
            if self.path == "/v1/layers":
                return self.reply(pebble.add_layer(request))
            if self.path == "/v1/services":
                return self.reply_async(pebble.services_action(request), {})
            if self.path == "/v1/exec":
                return self.reply_async(*pebble.exec_start(request))
            if self.path == "/v1/checks" and request["action"] in ("stop", "start"):
                return self.reply(pebble.checks_action(request))
            if self.path == "/v1/files" and request["action"] == "remove":
                return self.remove_files(request)
            raise ApiError(404, "unknown API endpoint")
        except ApiError as error:
            return self.fail(error)

    # --- answers

    def send_json(self, code, envelope):
        data = json.dumps(envelope).encode()
        self.send_whole(code, [("Content-Type", "application/json"), ("Content-Length", len(data))], data)

    def reply(self, result):
        self.send_json(200, {"type": "sync", "status-code": 200, "status": "OK", "result": result})

    def reply_async(self, change, result):
        self.send_json(202, {"type": "async", "status-code": 202, "status": "Accepted", "change": change,
                             "result": result})

    def fail(self, error):
        self.send_json(error.code, {"type": "error", "status-code": error.code, "status": "Error",
                                    "result": {"message": str(error)}})

    # --- files

    @staticmethod
    def file_result(path, action):
        try:
            action()
            return {"path": path}
        except FileNotFoundError:
            return {"path": path, "error": {"kind": "not-found", "message": "no such file or directory"}}
        except PermissionError:
            return {"path": path, "error": {"kind": "permission-denied", "message": "permission denied"}}
        except OSError as error:
            return {"path": path, "error": {"kind": "generic-file-error", "message": str(error)}}

    def remove_files(self, request):
        pebble = self.server.pebble
        self.reply([self.file_result(entry["path"], lambda path=entry["path"]: pebble.remove_file(path))
                    for entry in request["paths"]])

    def find_file(self, path, found):
        found.append(self.server.pebble.read_file(path))

    def read_files(self, paths):
        if self.headers.get("accept") != "multipart/form-data":
            raise ApiError(400, "must accept multipart/form-data")
        results, body = [], b""
        for path in paths:
            found = []
            results.append(self.file_result(path, functools.partial(self.find_file, path, found)))
            for data in found:
                body += (f"--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{path}\"\r\n"
                         "Content-Type: application/octet-stream\r\n\r\n").encode() + data + b"\r\n"
        envelope = {"type": "sync", "status-code": 200, "status": "OK", "result": results}
        body += (f"--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"response\"\r\n"
                 f"Content-Type: application/json\r\n\r\n{json.dumps(envelope)}\r\n--{BOUNDARY}--\r\n").encode()
        self.send_whole(200, [("Content-Type", f"multipart/form-data; boundary={BOUNDARY}"),
                              ("Content-Length", len(body))], body)

    def write_files(self, body):
        boundary = self.headers["content-type"].partition("boundary=")[2].strip('"')
        if len(boundary) < 32:
            raise ApiError(400, "multipart boundary too short")
        parts = {}
        for part in body.split(b"--" + boundary.encode())[1:-1]:
            head, _, content = part.partition(b"\r\n\r\n")
            name = head.decode().partition('name="')[2].partition('"')[0]
            filename = head.decode().partition('filename="')[2].partition('"')[0]
            parts[filename or name] = content[:-2]
        request = json.loads(parts["request"])
        pebble = self.server.pebble
        self.reply([self.file_result(entry["path"],
                                     lambda entry=entry: pebble.write_file(entry, parts[entry["path"]]))
                    for entry in request["files"]])

    # --- exec

    def websocket(self, task, name):
        if task is None:
            raise ApiError(404, "no such task")
        key = self.headers["sec-websocket-key"] + WEBSOCKET_KEY
        accept = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
        self.send_whole(101, [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", accept)])
        socket = Websocket(self.rfile, self.wfile)
        task["sockets"][name] = socket
        if {"control", "stdio", "stderr"} <= set(task["sockets"]):
            task["ready"].set()
        task.setdefault("thread", threading.current_thread())
        # The base class would read the next request from this socket: keep it until the task is over.
        task["thread"].join(task["timeout"] + 15 if task["timeout"] else 3600)
        self.close_connection = True
