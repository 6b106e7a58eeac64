"""The command ``moto-omics-server``, and the server mode of mock_aws."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from moto.core.config import default_user_config
from moto.moto_api._internal.models import moto_api_backend

from conftest import REGION
from moto_omics_batch import server as server_module
from tests.wire.raw import SIGNED

from .controls import TIMEOUT


def test_command_passes_its_arguments_to_moto_server(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Any] = []
    monkeypatch.setattr("moto.server.main", calls.append)
    server_module.main(["-H", "0.0.0.0", "-p", "5999"])
    assert calls == [["-H", "0.0.0.0", "-p", "5999"]]
    server_module.main()
    assert calls[1:] == [None]


@pytest.mark.parametrize(
    ("variable", "logs"), [(None, True), ("true", True), ("false", False), ("False", False)]
)
def test_logs_are_on_in_a_server(
    monkeypatch: pytest.MonkeyPatch, variable: str | None, logs: bool
) -> None:
    """MOTO_OMICS_LOGS=false switches them off; a reset of the server changes nothing."""
    settings: list[Any] = []

    def serve(argv: Any) -> None:
        moto_api_backend.reset()
        settings.append(default_user_config.get("omics"))

    monkeypatch.setattr("moto.server.main", serve)
    if variable is None:
        monkeypatch.delenv("MOTO_OMICS_LOGS", raising=False)
    else:
        monkeypatch.setenv("MOTO_OMICS_LOGS", variable)
    server_module.main([])
    assert settings == [{"logs": logs}]
    assert "omics" not in default_user_config


def test_command_without_flask_exits_with_a_hint(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [n for n in sys.modules if n.startswith(("moto.server", "moto.moto_server"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "flask", None)
    with pytest.raises(SystemExit) as exit, pytest.warns(UserWarning, match="moto"):
        server_module.main(["-p", "5999"])
    assert "pip install 'moto-omics-batch[server]'" in str(exit.value.code)
    assert capsys.readouterr().out == ""


def test_command_serves_omics() -> None:
    script = (
        "import sys, threading, urllib.request, moto.server as s\n"
        "from werkzeug.serving import make_server\n"
        "def serve(host, port, app, **options):\n"
        "    server = make_server(host, 0, app, threaded=True)\n"
        "    threading.Thread(target=server.serve_forever, daemon=True).start()\n"
        "    request = urllib.request.Request(f'http://{host}:{server.port}/runBatch',\n"
        f"        headers={SIGNED!r})\n"
        "    print(urllib.request.urlopen(request).read().decode())\n"
        "s.run_simple = serve\n"
        "from moto_omics_batch.server import main\n"
        "main(['-p', '0'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "MOTO_PORT": "0"},
        timeout=TIMEOUT,
    )
    assert done.stdout.strip() == '{"items": []}', done.stderr


def test_server_mode_of_mock_aws(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """TEST_SERVER_MODE lets mock_aws send all requests to a server."""
    script = (
        "import boto3, moto_omics_batch\n"
        "from moto import mock_aws\n"
        "@mock_aws\n"
        "def test():\n"
        f"    client = boto3.client('omics', region_name='{REGION}')\n"
        "    assert client.list_run_groups()['items'] == []\n"
        "    client.create_run_group(name='g')\n"
        "    print([g['name'] for g in client.list_run_groups()['items']])\n"
        "test()\n"
        "test()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
        env={
            **os.environ,
            "TEST_SERVER_MODE": "true",
            "TEST_SERVER_MODE_ENDPOINT": url,
        },
        timeout=TIMEOUT,
    )
    assert done.stdout.split("\n")[:2] == ["['g']", "['g']"], done.stderr
