"""Chromium over its DevTools protocol, by Python's own library.

The websocket is as much of RFC 6455 as this needs: one text message at a time,
masked on the way out, pieces put together on the way in."""

import base64
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request

PATIENCE_S = float(os.environ.get("PATIENCE", 45))  # two busy cores

# Who is told to stop takes the browser along.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))


class Socket:
    def __init__(self, url):
        address, path = url[len("ws://"):].split("/", 1)
        host, port = address.split(":")
        self.tcp = socket.create_connection((host, int(port)), PATIENCE_S)
        key = base64.b64encode(os.urandom(16)).decode()
        self.tcp.sendall(("GET /%s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\n"
                          "Connection: Upgrade\r\nSec-WebSocket-Key: %s\r\n"
                          "Sec-WebSocket-Version: 13\r\n\r\n"
                          % (path, address, key)).encode())
        self.file = self.tcp.makefile("rb")
        while self.file.readline() not in (b"\r\n", b""):
            pass

    def send(self, text):
        data, mask = text.encode(), os.urandom(4)
        size = len(data)
        if size < 126:
            head = struct.pack("!BB", 0x81, 0x80 | size)
        elif size < 65536:
            head = struct.pack("!BBH", 0x81, 0x80 | 126, size)
        else:
            head = struct.pack("!BBQ", 0x81, 0x80 | 127, size)
        self.tcp.sendall(head + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(data)))

    def receive(self):
        data, is_last = b"", False
        while not is_last:
            first, second = self.file.read(2)
            size = second & 0x7F
            if size == 126:
                size, = struct.unpack("!H", self.file.read(2))
            elif size == 127:
                size, = struct.unpack("!Q", self.file.read(8))
            piece = self.file.read(size)
            if first & 0x0F <= 2:
                data += piece
                is_last = first & 0x80
        return data.decode()


class Browser:
    """One page. Errors of its scripts are kept in .errors. rules: which names and
    addresses lead where, as Chromium's --host-resolver-rules has them."""

    def __init__(self, width=360, height=740, rules=""):
        self.folder = tempfile.mkdtemp(prefix="pogo-page-")
        self.process = subprocess.Popen(
            ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu",
             "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars",
             "--disable-background-networking", "--disable-component-update",
             "--host-resolver-rules=" + rules, "--remote-debugging-port=0", "--remote-allow-origins=*",
             "--user-data-dir=" + self.folder, "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True)
        self.number, self.errors = 0, []
        try:
            self.socket = Socket(self.find_page())
            for domain in ("Page", "Runtime", "DOM", "Log"):
                self.call(domain + ".enable")
            self.size(width, height)
        except BaseException:
            self.close()
            raise

    def find_page(self):
        end = time.time() + PATIENCE_S
        path = os.path.join(self.folder, "DevToolsActivePort")
        while time.time() < end:
            if os.path.exists(path) and open(path).read().count("\n"):
                port = open(path).readline().strip()
                with urllib.request.urlopen("http://127.0.0.1:%s/json" % port) as f:
                    pages = [p for p in json.load(f) if p["type"] == "page"]
                if pages:
                    return pages[0]["webSocketDebuggerUrl"]
            time.sleep(0.2)
        raise RuntimeError("chromium does not start")

    def close(self):
        os.killpg(self.process.pid, 9)
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def call(self, method, **parameters):
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method,
                                     "params": parameters}))
        while True:
            message = json.loads(self.socket.receive())
            if message.get("method") == "Runtime.exceptionThrown":
                details = message["params"]["exceptionDetails"]
                self.errors.append(details.get("exception", {}).get("description")
                                   or details["text"])
            if message.get("id") == self.number:
                if "error" in message:
                    raise RuntimeError(message["error"]["message"])
                return message["result"]

    def size(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=width < 600)

    def dark(self, is_dark):
        self.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}])

    def slow_upload(self, bytes_a_second):
        self.call("Network.enable")
        self.call("Network.emulateNetworkConditions", offline=False, latency=0,
                  downloadThroughput=-1, uploadThroughput=bytes_a_second)

    def open(self, url):
        self.call("Page.navigate", url=url)
        self.until("document.readyState === 'complete'")

    def value(self, expression):
        """What an expression of the page's script comes to."""
        result = self.call("Runtime.evaluate", expression=expression,
                           returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"]["exception"]["description"])
        return result["result"].get("value")

    def until(self, expression, seconds=PATIENCE_S):
        """Waits until it is true; says whether it is."""
        end = time.time() + seconds
        while time.time() < end:
            try:
                if self.value(expression):
                    return True
            except RuntimeError:
                pass  # the page is just being loaded
            time.sleep(0.1)
        return False

    def section(self, name):
        self.value("location.hash = '#%s'" % name)
        return self.until("document.body.dataset.at === '%s'" % name)

    def click(self, selector):
        """As a finger does: where the element is, whatever lies over it."""
        x, y = self.value(
            "(() => { const e = document.querySelector(%s);"
            " e.scrollIntoView({block: 'center'}); const r = e.getBoundingClientRect();"
            " return [r.x + r.width / 2, r.y + r.height / 2]; })()" % json.dumps(selector))
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y,
                      button="left", clickCount=1)

    def type(self, selector, text):
        """Into a field, in place of what stands there."""
        self.value("(() => { const e = document.querySelector(%s); e.focus();"
                   " e.select(); })()" % json.dumps(selector))
        if text:
            self.call("Input.insertText", text=text)

    def key(self, key, code):
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key,
                      windowsVirtualKeyCode=code,
                      text="\r" if key == "Enter" and kind == "keyDown" else "")

    def file(self, selector, path):
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        node = self.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.call("DOM.setFileInputFiles", nodeId=node, files=[path])

    def picture(self, path, is_whole=False):
        data = self.call("Page.captureScreenshot", format="png",
                         captureBeyondViewport=is_whole)["data"]
        with open(path, "wb") as f:
            f.write(base64.b64decode(data))
