"""Another program at the same card: `python other_program.py transaction|exclusive|reset SECONDS [leave]`.

Says `ready` once it has the card, and lets go after SECONDS; with `leave` it ends without a word.
"""

import os
import sys
import time

from smartcard import scard

PROTOCOLS = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1


def main(what: str, seconds: float, leave: bool) -> None:
    share = scard.SCARD_SHARE_EXCLUSIVE if what == "exclusive" else scard.SCARD_SHARE_SHARED
    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
    _, readers = scard.SCardListReaders(context, [])
    result, card, _ = scard.SCardConnect(context, readers[0], share, PROTOCOLS)
    if what == "transaction":
        result = result or scard.SCardBeginTransaction(card)
    if result != scard.SCARD_S_SUCCESS:
        sys.exit(f"0x{result:08X}")
    print("ready", flush=True)
    time.sleep(seconds)
    if leave:
        os._exit(0)
    if what == "reset":
        scard.SCardReconnect(card, share, PROTOCOLS, scard.SCARD_RESET_CARD)
    scard.SCardDisconnect(card, scard.SCARD_LEAVE_CARD)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), "leave" in sys.argv)
