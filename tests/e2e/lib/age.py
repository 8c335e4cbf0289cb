"""Opens or seals a file with the `age` command, which asks for its passphrase on a terminal of its own.

    python3 age.py open|seal INPUT OUTPUT      the passphrase comes on standard input
"""

import os
import pty
import sys

deed, source, target = sys.argv[1:]
passphrase = sys.stdin.readline().strip()
arguments = ["age", "--decrypt" if deed == "open" else "--passphrase", "--output", target, source]

child, terminal = pty.fork()
if child == 0:
    os.execvp("age", arguments)
said = b""
asked = 0
while True:
    try:
        piece = os.read(terminal, 1024)
    except OSError:
        # The command closed its terminal.
        break
    if not piece:
        break
    said += piece
    # When it seals it asks twice.
    if said.count(b"assphrase") > asked and said.rstrip().endswith(b":"):
        asked = said.count(b"assphrase")
        os.write(terminal, passphrase.encode() + b"\n")
_, status = os.waitpid(child, 0)
if status != 0:
    sys.exit(said.decode(errors="replace").replace(passphrase, "…"))
