"""Runs a program where every packet to anywhere is caught: `unshare --user --map-root-user --net python trap.py PROGRAM …`.

Every address in the world is this computer there, where nobody answers. After the program a line of JSON tells what came:
`{"udp 203.0.113.1 53 name.example": 2, …}`.
"""

from __future__ import annotations

import collections
import ipaddress
import json
import socket
import subprocess
import sys
import threading
import time

_EVERYTHING, _OUTGOING, _ETHERNET = 3, 4, 14
_PROTOCOLS = {1: "icmp", 6: "tcp", 17: "udp", 58: "icmp"}
_DNS = 53


def described(packet: bytes) -> str:
    """Protocol, where to, and for a question to a name server the name."""
    version = packet[0] >> 4
    if version == 4:
        protocol, inside, where = packet[9], (packet[0] & 15) * 4, packet[16:20]
    else:
        protocol, inside, where = packet[6], 40, packet[24:40]
    words = [_PROTOCOLS.get(protocol, str(protocol)), str(ipaddress.ip_address(where))]
    if protocol in (6, 17):
        port = int.from_bytes(packet[inside + 2 : inside + 4], "big")
        words.append(str(port))
        if protocol == 17 and port == _DNS:
            words.append(asked_name(packet[inside + 8 + 12 :]))
    return " ".join(words)


def asked_name(question: bytes) -> str:
    labels, at = [], 0
    while at < len(question) and question[at]:
        labels.append(question[at + 1 : at + 1 + question[at]].decode("ascii", "replace"))
        at += 1 + question[at]
    return ".".join(labels)


def listen(ear: socket.socket, heard: collections.Counter[str]) -> None:
    while True:
        packet, where = ear.recvfrom(65536)
        if where[2] == _OUTGOING and len(packet) > _ETHERNET + 20:
            heard[described(packet[_ETHERNET:])] += 1


def main(program: list[str]) -> int:
    for words in ("link set lo up", "route add local default dev lo", "-6 route add local default dev lo"):
        subprocess.run(["ip", *words.split()], check=True)
    ear = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_EVERYTHING))
    ear.bind(("lo", 0))
    heard: collections.Counter[str] = collections.Counter()
    threading.Thread(target=listen, args=(ear, heard), daemon=True).start()
    code = subprocess.run(program, check=False).returncode
    time.sleep(0.3)
    print(json.dumps(heard))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
