"""Registering with moto: before and after it, once, politely, and for the right hosts only."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import botocore
import moto
import pytest

from moto_omics_batch import _install, install
from moto_omics_batch._install import without_host_prefix
from moto_omics_batch.omics.urls import url_bases

ROOT = Path(__file__).parent.parent

ASK = """
import boto3

def ask():
    client = boto3.client("omics", region_name="us-east-1")
    return client.list_batch()["items"]
"""


def _python(script: str) -> str:
    """What a script prints in a new interpreter where every warning is an error."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", ASK + script],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


# -- when --


def test_it_can_be_imported_before_moto() -> None:
    script = "import moto_omics_batch, moto\nwith moto.mock_aws(): print(ask())"
    assert _python(script) == "[]"


def test_it_can_be_imported_after_moto() -> None:
    script = "import moto, moto_omics_batch\nwith moto.mock_aws(): print(ask())"
    assert _python(script) == "[]"


def test_it_can_be_imported_while_a_mock_is_active() -> None:
    # Clients of botocore and callers that use `requests` reach moto in different ways.
    script = """
import moto, requests
with moto.mock_aws():
    import moto_omics_batch
    print(ask())
    print(requests.get("https://omics.us-east-1.amazonaws.com/runBatch").json())
with moto.mock_aws():
    print(ask())
"""
    assert _python(script) == "[]\n{'items': []}\n[]"


def test_a_client_made_before_the_import_works_in_a_mock() -> None:
    script = """
import moto
with moto.mock_aws():
    client = boto3.client("omics", region_name="us-east-1")
    import moto_omics_batch
    print(client.list_batch()["items"])
"""
    assert _python(script) == "[]"


def test_installing_again_changes_nothing() -> None:
    script = """
import sys, moto_omics_batch
from botocore.handlers import BUILTIN_HANDLERS
from moto import backend_index
def state():
    return (list(backend_index.backend_url_patterns), list(BUILTIN_HANDLERS), set(sys.modules))
before = state()
for _ in range(3):
    moto_omics_batch.install()
print(state() == before, len([n for n, _ in backend_index.backend_url_patterns if n == "omics"]))
"""
    assert _python(script) == "True 1"


def test_many_threads_may_install_at_once() -> None:
    script = """
import threading
from moto_omics_batch import _install
from moto import backend_index
_install._installed = False
backend_index.backend_url_patterns[:] = [
    p for p in backend_index.backend_url_patterns if p[0] != "omics"]
import sys
for name in [n for n in sys.modules if n.startswith("moto.omics")]: del sys.modules[name]
threads = [threading.Thread(target=_install.install) for _ in range(8)]
for t in threads: t.start()
for t in threads: t.join()
print(len([n for n, _ in backend_index.backend_url_patterns if n == "omics"]))
"""
    assert _python(script) == "1"


# -- one copy --


def test_moto_finds_the_one_copy_under_both_names() -> None:
    script = """
import sys, moto_omics_batch
import moto.omics, moto.omics.models, moto.omics.exceptions
from moto.omics.models import omics_backends
from moto.backends import get_backend
from moto_omics_batch.omics import models
print(omics_backends is models.omics_backends, get_backend("omics") is omics_backends)
ours = [n for n in sys.modules if n.startswith("moto_omics_batch.omics")]
print(all(sys.modules["moto.omics" + n.removeprefix("moto_omics_batch.omics")] is sys.modules[n]
          for n in ours), len(ours) > 10)
print(type(omics_backends["1"]["us-east-1"]).__module__)
"""
    assert _python(script) == "True True\nTrue True\nmoto_omics_batch.omics.models"


def test_moto_finds_the_service_of_a_url() -> None:
    script = """
import moto_omics_batch, moto.backends
print(moto.backends.get_service_from_url("https://workflows-omics.us-east-1.amazonaws.com/run"))
"""
    assert _python(script) == "omics"


# -- what is too old, and what makes it superfluous --


@pytest.mark.parametrize(
    ("module", "old", "needed"),
    [
        (moto, "5.1.99", "moto 5.2.0"),
        (moto, "4.2.14.dev", "moto 5.2.0"),
        (botocore, "1.42.96", "botocore 1.42.97"),
        (botocore, "1.9.999", "botocore 1.42.97"),
    ],
)
def test_what_is_too_old_is_named(
    monkeypatch: pytest.MonkeyPatch, module: object, old: str, needed: str
) -> None:
    monkeypatch.setattr(module, "__version__", old)
    monkeypatch.setattr(_install, "_installed", False)
    with pytest.raises(ImportError) as refused:
        install()
    assert str(refused.value) == (
        f"moto-omics-batch needs {needed} or later, and {old} is installed"
    )
    assert _install._installed is False


@pytest.mark.parametrize("new", ["5.2.0", "5.2.0.dev1", "5.10.0", "6.0.0", "10.0"])
def test_versions_are_compared_as_numbers(monkeypatch: pytest.MonkeyPatch, new: str) -> None:
    monkeypatch.setattr(moto, "__version__", new)
    _install._check_versions()


def test_the_admitted_versions_are_those_of_setup_cfg() -> None:
    text = (ROOT / "setup.cfg").read_text(encoding="utf-8")
    for name, oldest in _install.OLDEST.items():
        assert f"    {name}>={'.'.join(map(str, oldest))}\n" in text
    assert version("moto-omics-batch")


def test_an_import_with_an_old_moto_fails_clearly() -> None:
    script = """
import moto
moto.__version__ = "5.1.0"
try:
    import moto_omics_batch
except ImportError as error:
    print(error)
"""
    expected = "moto-omics-batch needs moto 5.2.0 or later, and 5.1.0 is installed"
    assert _python(script) == expected


def test_it_steps_aside_when_moto_has_an_omics_of_its_own(tmp_path: Path) -> None:
    own = tmp_path / "omics"
    own.mkdir()
    (own / "__init__.py").write_text("from .models import omics_backends\n")
    (own / "models.py").write_text("omics_backends = 'of moto'\n")
    script = f"""
import moto, warnings
moto.__path__.append({str(tmp_path)!r})
from moto import backend_index
from botocore.handlers import BUILTIN_HANDLERS
before = list(backend_index.backend_url_patterns), len(BUILTIN_HANDLERS)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    import moto_omics_batch
    moto_omics_batch.install()
print(*(f"{{w.category.__name__}}: {{w.message}}" for w in caught), sep="\\n")
print((list(backend_index.backend_url_patterns), len(BUILTIN_HANDLERS)) == before)
from moto.omics.models import omics_backends
print(omics_backends)
"""
    assert _python(script).splitlines() == [
        "RuntimeWarning: moto has an omics backend of its own: moto-omics-batch steps aside",
        "True",
        "of moto",
    ]


def test_it_steps_aside_when_moto_knows_an_omics_pattern() -> None:
    script = """
import re, warnings
from moto import backend_index
backend_index.backend_url_patterns.append(("omics", re.compile("https?://omics")))
before = list(backend_index.backend_url_patterns)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    import moto_omics_batch
print(len(caught), backend_index.backend_url_patterns == before)
"""
    assert _python(script) == "1 True"


# -- hosts --

HOSTS = [
    "workflows-omics.us-east-1.amazonaws.com",
    "tags-omics.eu-west-1.amazonaws.com",
    "storage-omics.us-west-2.amazonaws.com",
    "control-storage-omics.us-west-2.amazonaws.com",
    "analytics-omics.ap-southeast-1.amazonaws.com",
    "omics.il-central-1.amazonaws.com",
    "workflows-omics-fips.us-gov-west-1.amazonaws.com",
    "omics-fips.us-east-1.amazonaws.com",
    "workflows-omics.cn-north-1.amazonaws.com.cn",
    "omics.cn-northwest-1.amazonaws.com.cn",
    "workflows-omics.us-east-1.api.aws",
    "omics-fips.us-east-1.api.aws",
    "omics.us-east-1.amazonaws.com:443",
]

#: Hosts that look alike: buckets, other services, other words.
STRANGERS = [
    "omics.s3.amazonaws.com",
    "omics.s3.us-east-1.amazonaws.com",
    "omics.s3-us-west-2.amazonaws.com",
    "workflows-omics.s3.us-east-1.amazonaws.com",
    "omics.s3.dualstack.us-east-1.amazonaws.com",
    "omics.s3-accelerate.amazonaws.com",
    "omics.s3-website-us-east-1.amazonaws.com",
    "omics.s3-fips.us-east-1.amazonaws.com",
    "my-omics.us-east-1.amazonaws.com",
    "genomics.us-east-1.amazonaws.com",
    "omicsdata.us-east-1.amazonaws.com",
    "omics-data.us-east-1.amazonaws.com",
    "s3.us-east-1.amazonaws.com",
    "batch.us-east-1.amazonaws.com",
    "omics.example.com",
    "omics.us-east-1.example.com",
    "omics.execute-api.us-east-1.amazonaws.com",
    "workflows.omics.us-east-1.amazonaws.com",
]


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_hosts_of_the_service_are_answered(host: str, scheme: str) -> None:
    assert any(re.match(base, f"{scheme}://{host}") for base in url_bases)
    found = moto.backends.get_service_from_url(f"{scheme}://{host}/runBatch")
    assert found == "omics"


@pytest.mark.parametrize("host", STRANGERS)
def test_hosts_of_others_are_not(host: str) -> None:
    assert not any(re.match(base, f"https://{host}/key") for base in url_bases)


def test_hosts_that_botocore_makes_are_answered() -> None:
    """FIPS and dual-stack, in every region and partition that botocore knows."""
    import boto3
    from botocore.config import Config

    session = boto3.Session(aws_access_key_id="a", aws_secret_access_key="b")
    regions = [
        region
        for partition in ("aws", "aws-cn", "aws-us-gov")
        for region in session.get_available_regions("omics", partition)
    ]
    assert "us-east-1" in regions
    for region in [*regions, "cn-north-1", "us-gov-west-1"]:
        for kind in ({}, {"use_fips_endpoint": True}, {"use_dualstack_endpoint": True}):
            config = Config(**kind)  # type: ignore[arg-type]
            client = session.client("omics", region_name=region, config=config)
            host = client.meta.endpoint_url.removeprefix("https://")
            for prefix in ("workflows-", "tags-", ""):
                url = f"https://{prefix}{host}/runBatch"
                assert any(re.match(base, url) for base in url_bases), url


@pytest.mark.parametrize("bucket", ["omics", "workflows-omics", "tags-omics"])
def test_a_bucket_that_is_called_omics_stays_with_s3(
    monkeypatch: pytest.MonkeyPatch, bucket: str
) -> None:
    import boto3
    from botocore.config import Config

    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    with moto.mock_aws():
        for style in ("virtual", "path"):
            config = Config(s3={"addressing_style": style})
            s3 = boto3.client("s3", region_name="us-east-1", config=config)
            s3.create_bucket(Bucket=bucket)
            s3.put_object(Bucket=bucket, Key="runs.json", Body=b"[]")
            assert s3.get_object(Bucket=bucket, Key="runs.json")["Body"].read() == b"[]"
            s3.delete_object(Bucket=bucket, Key="runs.json")
            s3.delete_bucket(Bucket=bucket)


# -- the host prefix --


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://workflows-127.0.0.1:5000/run", "http://127.0.0.1:5000/run"),
        ("http://tags-localhost:5000/tags/x", "http://localhost:5000/tags/x"),
        ("https://control-storage-moto.internal/x", "https://moto.internal/x"),
        ("http://storage-host/x", "http://host/x"),
        ("http://analytics-host", "http://host"),
        ("http://workflows-[::1]:5000/run", "http://[::1]:5000/run"),
        # AWS's own hosts keep their prefixes.
        *[
            (url, url)
            for url in (
                "https://workflows-omics.us-east-1.amazonaws.com/run",
                "https://workflows-omics-fips.us-east-1.api.aws/run",
                "https://tags-omics.cn-north-1.amazonaws.com.cn:443/run",
                "https://workflows-vpce-0a1b.omics.us-east-1.vpce.amazonaws.com/run",
            )
        ],
        # What has no prefix, and names of AWS that stand elsewhere than in the host.
        ("http://127.0.0.1:5000/workflows-x", "http://127.0.0.1:5000/workflows-x"),
        ("http://workflows-host/amazonaws.com", "http://host/amazonaws.com"),
        ("http://workflows-evilamazonaws.com/run", "http://evilamazonaws.com/run"),
    ],
)
def test_hosts_other_than_those_of_aws_lose_the_prefix(url: str, expected: str) -> None:
    params = {"url": url, "method": "GET"}
    without_host_prefix(params, model=None)
    assert params == {"url": expected, "method": "GET"}


def test_a_request_without_a_url_is_left_alone() -> None:
    params: dict[str, object] = {}
    without_host_prefix(params)
    assert params == {}
