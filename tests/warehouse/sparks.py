"""Sparks for the tests: one in this process, a real master with two workers, and a Spark Connect server, all on the loopback address."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

import pytest

LOOPBACK = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
MISSING = [
    name
    for name, is_there in (("pyspark", find_spec("pyspark")), ("Java", os.environ.get("JAVA_HOME") or shutil.which("java")))
    if not is_there
]
needs_spark = pytest.mark.skipif(bool(MISSING), reason=f"Spark needs {' and '.join(MISSING)}, which this machine has not")


@contextlib.contextmanager
def standalone(folder: Path, workers: int = 2) -> Iterator[str]:
    """A master and its workers, each a process of its own; the address of the master."""
    port = _free_port()
    address = f"spark://127.0.0.1:{port}"
    with contextlib.ExitStack() as running:
        running.enter_context(_process(folder, "master", "master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", "0"))
        for number in range(workers):
            args = ("--host", "127.0.0.1", "--cores", "1", "--memory", "1g", "--webui-port", "0")
            own = folder / f"worker-{number}"
            running.enter_context(_process(folder, own.name, "worker.Worker", *args, "--work-dir", str(own), address))
        _wait(lambda: (folder / "master.log").read_text(encoding="utf-8").count("Registering worker") == workers)
        yield address


@contextlib.contextmanager
def connect_server(folder: Path, options: Mapping[str, str]) -> Iterator[str]:
    """A Spark Connect server that counts in its own process; its address."""
    port = _free_port()
    settings = {**options, "spark.connect.grpc.binding.address": "127.0.0.1", "spark.connect.grpc.binding.port": str(port)}
    args = [arg for name, value in settings.items() for arg in ("--conf", f"{name}={value}")]
    server = "org.apache.spark.sql.connect.service.SparkConnectServer"
    with _process(folder, "connect", "SparkSubmit", "--master", "local[2]", *args, "--class", server, "spark-internal"):
        _wait(lambda: _is_open(port))
        yield f"sc://127.0.0.1:{port}"


@contextlib.contextmanager
def _process(folder: Path, name: str, kind: str, *args: str) -> Iterator[None]:
    import pyspark

    home = Path(pyspark.__file__).parent
    environment = os.environ | {"SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "1g" if name == "connect" else "256m"}
    command = [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{kind}", *args]
    with (folder / f"{name}.log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log, env=environment) as process:
        try:
            yield
        finally:
            process.terminate()


def _wait(is_so, seconds: int = 120) -> None:
    for _ in range(seconds * 5):
        if is_so():
            return
        time.sleep(0.2)
    raise TimeoutError("Spark did not come")


def _is_open(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
