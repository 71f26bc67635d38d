"""A coordinator as a process of its own: `python -m tests.integration.batches.worker URL|- HOME BATCH FOLDER
[CLUSTER]`."""

import sys
from pathlib import Path
from uuid import UUID

from desk_app.print.workers import ProcessDrawings
from desk_app.store.engine import open_store
from tests.fakes.drawing import slow
from tests.integration.batches.city import DESK, service


def main() -> None:
    url, home, batch, folder, *cluster = sys.argv[1:]
    store = open_store(None if url == "-" else url, Path(home))
    batches = service(store, ProcessDrawings(slow))
    address = cluster[0] if cluster else None
    ended = batches.run(
        DESK,
        UUID(batch),
        Path(folder),
        lambda progress: print(progress.batch.counts.issued, flush=True),
        cluster=address,
        workers=2,
    )
    print(ended.state, flush=True)
    store.close()


if __name__ == "__main__":
    main()
