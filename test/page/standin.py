"""A stand-in for the device: answers the page's requests as the firmware does.

For looking at the page and for its tests: a network that refuses a password, a
template with a pin that is refused, an update with a wrong signature, and
slow answers can all be had without waiting. It talks to 127.0.0.1 only.

Run by hand: test/page/standin.py build/gen/page.gz [port]
"""

import base64
import http.server
import json
import re
import sys
import threading
import time
import urllib.parse

NETWORKS = [("Home", 78, "WPA2"), ("Home", 40, "WPA2"), ("Café <b>", 55, "None")]
PASSWORDS = {"Home": "right-horse", "Attic": "under-the-roof",
             "a+b;c": 'ä&b=c+d%e;"f #g'}
RELAY = 224
PAGES = ("/", "/in", "/mq", "/co", "/cn")
CHANGES = re.compile(r"(?!Status)\w+ ")


class State:
    """What the device knows. Tests read and write it."""

    def __init__(self, relays=1):
        self.lock = threading.Lock()
        self.relays = [False] * relays
        self.names = ["Light", "Fan", "Socket"][:relays]
        self.settings = {"SSId1": "", "MqttHost": "", "MqttPort": "1883",
                         "Topic": "tasmota_A1B2C3", "DeviceName": "Pogo",
                         "FullTopic": "%prefix%/%topic%/", "OtaUrl": "",
                         "NtpServer1": "", "MqttPassword": "", "Password1": "", "Password2": "",
                         "TelePeriod": "300"}
        self.module = 1
        self.template = {"NAME": "Generic", "GPIO": [1] * 14, "FLAG": 0, "BASE": 18}
        self.pins = {3: 0, 4: 0}
        self.word, self.kind = "", "made"
        self.made, self.is_guest = "xqpmrtka", True
        self.test = None  # of Wi-Fi: (when it is over, what is said then)
        self.home = ""  # the network it is in
        self.is_busy = False
        self.is_lost = False  # it is in none
        self.is_rescue = False
        self.local = ""  # its name in mDNS
        self.zone = ("+01:00", "0,0,10,1,3,60", "0,0,3,1,2,120")
        self.clock = "1970-01-01T00:05:10"
        self.down_from = self.down_until = 0.0
        self.slot = "A"
        self.lines = ["00:00:00.100 Pogo 1.0.0"]
        self.user = False  # WebServer 1
        self.asked = []  # (method, path, fields)

    def log(self, text):
        self.lines.append("00:00:09.000 " + text)

    def restart(self):
        self.down_until = time.time() + 1


FIELDS = {"s1": "SSId1", "p1": "Password1", "s2": "SSId2", "p2": "Password2",
          "h": "Hostname", "mh": "MqttHost", "ml": "MqttPort", "mu": "MqttUser",
          "mp": "MqttPassword", "mt": "Topic", "mf": "FullTopic", "mc": "MqttClient",
          "dn": "DeviceName", "lh": "LogHost", "lp": "LogPort", "lt": "TelePeriod",
          "l0": "SerialLog", "l1": "WebLog", "l2": "MqttLog", "l3": "SysLog"}


def status(s):
    get = s.settings.get
    return {
        "Status": {"Module": s.module, "DeviceName": get("DeviceName"),
                   "FriendlyName": s.names, "Topic": get("Topic")},
        "StatusPRM": {"GroupTopic": "tasmotas", "RestartReason": "Power On",
                      "Uptime": "0T00:05:10", "BootCount": 7, "SaveCount": 12},
        "StatusFWR": {"Version": "1.0.0(pogo)", "Slot": s.slot, "Left": ""},
        "StatusLOG": {"SerialLog": int(get("SerialLog", 2)), "WebLog": int(get("WebLog", 2)),
                      "MqttLog": 0, "SysLog": 0, "LogHost": get("LogHost", ""),
                      "LogPort": int(get("LogPort", 514)),
                      "SSId": [get("SSId1"), get("SSId2", "")],
                      "TelePeriod": int(get("TelePeriod"))},
        "StatusMEM": {"Heap": 31, "ProgramFlashSize": 1024, "FlashSize": 1024,
                      "FlashChipId": "144051"},
        "StatusNET": {"Hostname": "tasmota-A1B2C3-4803", "IPAddress": "192.168.1.50",
                      "Gateway": "192.168.1.1", "Mac": "5C:CF:7F:A1:B2:C3"},
        "StatusMQT": {"MqttHost": get("MqttHost"), "MqttPort": int(get("MqttPort")),
                      "MqttClientMask": "DVES_%06X", "MqttClient": "DVES_A1B2C3",
                      "MqttUser": get("MqttUser", "DVES_USER"), "MqttCount": 0},
        "StatusTIM": {"Local": s.clock},
        "StatusSTS": {"POWER": "ON" if s.relays[0] else "OFF",
                      **({} if s.is_lost else {"Wifi": {
                          "AP": 1, "SSId": s.home, "RSSI": 78, "Signal": -61, "Channel": 6}})},
    }


RULE = ("Hemisphere", "Week", "Month", "Day", "Hour", "Offset")


def set_time(s, name, rest):
    at = ("Timezone", "TimeStd", "TimeDst").index(name)
    if rest:
        if not re.fullmatch(r"[+-]?[\d:]+|(-?\d+,){5}-?\d+", rest):
            return {"Command": "Error", "Input": name + " " + rest}
        if name == "Timezone" and rest != "99":
            hours, _, minutes = rest.lstrip("+-").partition(":")
            rest = "%s%02d:%02d" % ("-" if rest[0] == "-" else "+", int(hours),
                                    int(minutes or 0))
        s.zone = s.zone[:at] + (rest,) + s.zone[at + 1:]
    now = s.zone[at]
    return {name: (99 if now == "99" else now) if at == 0
            else dict(zip(RULE, map(int, now.split(","))))}


def wifi_test(s, rest, keeps):
    name, _, password = rest.partition("\t")
    if s.is_busy:
        return {"WiFiTest": "Busy"}
    if name not in PASSWORDS:
        said = "Connect failed as AP cannot be reached"
    elif PASSWORDS[name] != password:
        said = "Connect failed (wrong password)"
    else:
        said = "Successful"
    s.test = (time.time() + 1.5, said)
    if not s.is_guest:  # it leaves the network that who asks is in
        s.down_from, s.down_until = time.time() + 0.5, time.time() + 3
        s.test = (s.down_until, said)
    if said == "Successful" and keeps:
        s.settings.update(SSId1=name, Password1=password)
        s.home = name
    return {"WiFiTest": "Testing"}


def set_template(s, rest):
    template = json.loads(rest)
    if RELAY in template.get("GPIO", [])[1:2]:
        return {"Template": "GPIO1 is the serial line"}
    s.template.update(template)
    return s.template


def module_name(s, number):
    return {0: s.template["NAME"], 1: "Sonoff Basic", 8: "Sonoff S2X"}[number]


def command(s, line):
    """The command's results as one object."""
    name, _, rest = line.partition(" ")
    rest = rest.strip()
    s.log("CMD: " + line)
    if line == "Status 0":
        return status(s)
    if name == "WifiScan":
        if rest:
            return {"WiFiScan": "Scanning"}
        return {"WiFiScan": {"NET%d" % (i + 1): {
            "SSId": n, "RSSI": str(q), "Encryption": e, "Channel": "6"}
            for i, (n, q, e) in enumerate(NETWORKS)}}
    if name in ("WifiTest1", "WifiTest3"):
        return wifi_test(s, rest, name == "WifiTest1")
    if name in ("Timezone", "TimeStd", "TimeDst"):
        return set_time(s, name, rest)
    if name == "NtpServer1" and rest:
        s.settings[name] = "" if rest == "0" else rest
    if line == "Status 7":
        return {"StatusTIM": status(s)["StatusTIM"]}
    if name in ("MqttPassword", "Password1", "Password2"):
        return {name: "****" if s.settings[name] else ""}
    if name == "WifiTest":
        when, said = s.test
        if time.time() < when:
            return {"WiFiTest": "Testing"}
        reply = {"WiFiTest": said}
        if said == "Successful":
            reply["IPAddress"] = "192.168.1.50"
        return reply
    if name == "Template":
        return set_template(s, rest) if rest else s.template
    if name == "Modules":
        return {"Modules": {str(n): module_name(s, n) for n in (0, 1, 8)}}
    if name == "Module":
        if rest:
            s.module = int(rest)
            s.restart()
        return {"Module": {str(s.module): module_name(s, s.module)}}
    if name == "Gpio":
        return {"GPIO%d" % p: {str(v): "x"} for p, v in s.pins.items()}
    if name in ("FullTopic", "OtaUrl", "NtpServer1"):
        return {name: s.settings[name]}
    if name == "Restart":
        s.restart()
        return {"Restart": "Restarting"}
    if name == "Reset":
        s.settings["SSId1"] = ""
        s.restart()
        return {"Reset": "Reset and Restarting"}
    if name == "Power1":
        s.relays[0] = not s.relays[0]
        return {"POWER": "ON" if s.relays[0] else "OFF"}
    return {"Command": "Unknown", "Input": line}


def save_form(s, path, fields):
    for key, value in fields.items():
        if key in FIELDS:
            s.settings[FIELDS[key]] = value
        elif re.fullmatch(r"a\d", key):
            s.names[int(key[1])] = value
        elif re.fullmatch(r"g\d+", key):
            s.pins[int(key[1:])] = int(value)
        elif key == "wp":
            s.word, s.kind = value, "own" if value else "none"
    if path == "/mq":
        s.restart()
    return "Configuration saved\n"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, code, text, kind="text/plain", extra=()):
        data = text if isinstance(text, bytes) else text.encode()
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Connection", "close")
        for name, value in extra:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)
        self.close_connection = True

    def is_trusted(self):
        s = self.server.state
        return s.is_guest and (s.kind == "made" or s.is_rescue)

    def may(self):
        s = self.server.state
        if s.kind == "none" or self.is_trusted():
            return True
        right = "admin:" + (s.made if s.kind == "made" else s.word)
        return self.headers.get("Authorization") == \
            "Basic " + base64.b64encode(right.encode()).decode()

    def may_change(self):
        s = self.server.state
        return s.kind != "made" or s.is_guest

    def me(self):
        s = self.server.state
        me = {"Name": "tasmota-A1B2C3-4803", "Version": "1.0.0", "Password": s.kind,
              "May": self.may(), "SetUp": self.is_trusted()}
        if s.is_guest and s.kind == "made":
            me["Made"] = s.made
        if s.user:
            me["User"] = s.names
        if s.local:
            me["Local"] = s.local
        return json.dumps(me)

    def relays(self, number):
        s = self.server.state
        if number:
            s.relays[number - 1] ^= True
        cells = "".join("<td style='x'>%s</td>" % ("ON" if on else "OFF")
                        for on in s.relays)
        return "{t}</table>{t}<tr>%s</tr></table>" % cells

    def console(self, fields):
        s = self.server.state
        since = int(fields.get("c2", 0))
        if fields.get("c1"):
            s.log("RSL: RESULT = " + json.dumps(command(s, fields["c1"])))
        lines = s.lines if since > len(s.lines) else s.lines[since:]
        return "%d}1%d}1%s}1" % (len(s.lines), since > 0, "\n".join(lines))

    def take_file(self, path):
        size = int(self.headers["Content-Length"])
        body = b""
        while len(body) < size:
            body += self.rfile.read1(min(16384, size - len(body)))
            time.sleep(0.01)  # a device is not fast
        head, _, rest = body.partition(b"\r\n\r\n")
        if b'name="u2"' not in head:
            return 400, "Failed: no file\n"
        s = self.server.state
        if b"wrong" in rest:
            return 400, "Failed: the signature is wrong\n  try: another file\n"
        if path == "/u2":
            s.slot = "B" if s.slot == "A" else "A"
        s.restart()
        return 200, "Successful. Restarting\n"

    def handle_request(self, method):
        s = self.server.state
        url = urllib.parse.urlsplit(self.path)
        fields = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))
        if s.down_from < time.time() < s.down_until:
            self.close_connection = True
            return
        is_file = method == "POST" and url.path in ("/u2", "/rs")
        if method == "POST" and not is_file:
            # What "/" is to do stands in its address.
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if url.path != "/":
                fields.update(urllib.parse.parse_qsl(body, keep_blank_values=True))
        with s.lock:
            s.asked.append((method, url.path, fields))
        if (method == "GET" and url.path in PAGES and not fields) or (
                s.user and url.path not in ("/", "/me")):
            self.answer(200, self.server.page, "text/html",
                        [("Content-Encoding", "gzip")])
        elif url.path == "/me":
            self.answer(200, self.me(), "application/json")
        elif not self.may():
            self.answer(401, '{"WARNING":"Need user=<username>&password=<password>"}')
        elif not self.may_change() and (is_file or "o" in fields or url.path not in
                                        ("/", "/cm", "/cs", "/dl")
                                        or CHANGES.match(fields.get("cmnd", ""))):
            self.answer(403, '{"WARNING":"Refused: this device still has the password '
                        'that it made itself"}')
        elif is_file:
            self.answer(*self.take_file(url.path))
        elif url.path == "/":
            self.answer(200, self.relays(int(fields.get("o", 0))))
        elif url.path == "/cm":
            self.answer(200, json.dumps(command(s, fields["cmnd"])), "application/json")
        elif url.path == "/cs":
            self.answer(200, self.console(fields))
        elif url.path == "/dl":
            self.answer(200, json.dumps({"Pogo": "1.0.0", **s.settings}))
        else:
            self.answer(200, save_form(s, url.path, fields))

    def do_GET(self):
        self.handle_request("GET")

    def do_POST(self):
        self.handle_request("POST")


def serve(page, port=0, relays=1):
    """Runs in a thread; .state is the device, .server_port its port."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    server.page = open(page, "rb").read()
    server.state = State(relays)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


if __name__ == "__main__":
    one = serve(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 8080, 2)
    print("http://127.0.0.1:%d/" % one.server_port)
    threading.Event().wait()
