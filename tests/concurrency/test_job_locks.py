"""Who is at work shows by a sign that others read at once, and that goes with its process however it ends."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.db import transaction

from spotilla.job_locks import at_work, working
from tests.concurrency.database import ROOT, environment

# Holds the sign of 17, tells from inside a transaction how far it is, and waits for a line.
HOLDER = """
import django; django.setup()
from django.db import transaction
from spotilla.job_locks import at_work
with at_work(17) as tell, transaction.atomic():
    tell("writing 742")
    print("held", flush=True)
    input()
"""
ASKER = "import django; django.setup(); from spotilla.job_locks import working; print(working([16, 17]))"


def start(url: str) -> subprocess.Popen[str]:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER], cwd=ROOT, env=environment(url), stdin=-1, stdout=-1, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def asked(url: str) -> str:
    command = [sys.executable, "-c", ASKER]
    return subprocess.run(command, cwd=ROOT, env=environment(url), check=True, capture_output=True, text=True).stdout


@pytest.fixture
def holder(own_url: str) -> Iterator[subprocess.Popen[str]]:
    with start(own_url) as holder:
        yield holder
        holder.kill()


@pytest.mark.long
def test_another_process_reads_how_far_it_is(own_url: str, holder: subprocess.Popen[str]) -> None:
    assert asked(own_url) == "{17: 'writing 742'}\n"
    holder.communicate("end\n")
    assert asked(own_url) == "{}\n"


@pytest.mark.long
def test_the_sign_goes_with_a_process_that_is_killed(own_url: str, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()
    assert asked(own_url) == "{}\n"
    with start(own_url) as next_one:
        assert asked(own_url) == "{17: 'writing 742'}\n"
        next_one.kill()


@pytest.mark.django_db
def test_the_sign_goes_when_the_work_fails() -> None:
    def fail() -> None:
        with at_work(18) as tell, transaction.atomic():
            tell("reading 0")
            told.append(working([17, 18]))
            raise ZeroDivisionError

    told: list[dict[int, str]] = []
    with pytest.raises(ZeroDivisionError):
        fail()
    assert (list(told[0]), working([18])) == ([18], {})
