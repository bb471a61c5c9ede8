#!/usr/bin/env python3
"""A mail server for tests, on loopback and without root: SMTP by aiosmtpd, IMAP by pymap, over Maildirs.

    servers.py DIR SMTP_PORT IMAP_PORT [--tls starttls|wrapped] [--cert FILE --key FILE] [--login]

Mail for NAME+anything@wherever goes to the Maildir DIR/NAME, which IMAP opens for the user NAME with the
password "secret". At RCPT, unknown...@ is refused (550 5.1.1) and defer...@ put off (451). With --login only
answer:secret may send. Closing standard input ends both servers.
"""
import argparse
import mailbox
import os
import pathlib
import signal
import ssl
import subprocess
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from pysasl.hashing import BuiltinHash

parse = argparse.ArgumentParser()
parse.add_argument("dir", type=pathlib.Path)
parse.add_argument("smtp", type=int)
parse.add_argument("imap", type=int)
parse.add_argument("--tls", choices=["starttls", "wrapped"])
parse.add_argument("--cert")
parse.add_argument("--key")
parse.add_argument("--login", action="store_true")
args = parse.parse_args()
USERS = ["answer", "grace", "john", "pat0", "pat1", "pat2"]

args.dir.mkdir(parents=True, exist_ok=True)
if args.imap:
    secret = BuiltinHash(rounds=1000).hash("secret")
    rows = {
        "passwd": [f"{user}:x:::{user}:{user}:\n" for user in USERS],
        "shadow": [f"{user}:{secret}:::::::\n" for user in USERS],
        "group": [],
    }
    for name, lines in rows.items():
        (args.dir / f"pymap-etc-{name}").write_text("".join(lines))


class Delivery:
    """Puts what is accepted into Maildirs, as a last server on the way does."""

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("unknown"):
            return "550 5.1.1 there is no such mailbox here"
        if address.startswith("defer"):
            return "451 4.3.2 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        for to in envelope.rcpt_tos:
            folder = mailbox.Maildir(args.dir / to.split("@")[0].split("+")[0], create=True)
            lines = f"Return-Path: <{envelope.mail_from or ''}>\r\nDelivered-To: {to}\r\n"
            folder.add(lines.encode() + envelope.original_content)
        return "250 2.0.0 taken"


def may_send(server, session, envelope, mechanism, data):
    known = data.login == b"answer" and data.password == b"secret"
    return AuthResult(success=known, handled=False)


context = None
if args.tls:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(args.cert, args.key)
options = {"hostname": "127.0.0.1", "port": args.smtp}
if args.tls == "wrapped":
    options["ssl_context"] = context
elif args.tls == "starttls":
    options |= {"tls_context": context, "require_starttls": True}
if args.login:
    options |= {"authenticator": may_send, "auth_required": True, "auth_require_tls": bool(args.tls)}
Controller(Delivery(), **options).start()

imap = None
if args.imap:
    program = os.path.join(os.path.dirname(sys.executable), "pymap")
    imap = subprocess.Popen(
        [program, "--host", "127.0.0.1", "--port", str(args.imap), "--no-tls", "maildir", str(args.dir)],
        stderr=(args.dir / "imap.log").open("w"),
    )


def end(*_):
    if imap:
        imap.kill()
    os._exit(0)


signal.signal(signal.SIGTERM, end)
print("up", flush=True)
sys.stdin.read()
end()
