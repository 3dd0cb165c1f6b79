from __future__ import annotations

import pytest

from opsengine import faults
from opsengine.state import write_atomically

POINTS = ["fs.write", "fs.fsync", "fs.rename"]


def test_a_file_is_written_with_the_folders_above_it(tmp_path):
    write_atomically(tmp_path / "a" / "b" / "c.txt", b"here")

    assert (tmp_path / "a" / "b" / "c.txt").read_bytes() == b"here"


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("trouble", ["enospc", "eio"])
def test_whatever_breaks_the_old_file_stays_and_no_draft_remains(tmp_path, point, trouble):
    file = tmp_path / "a.txt"
    write_atomically(file, b"old")
    faults.arm(f"{trouble}@{point}")

    with pytest.raises(OSError, match=point):
        write_atomically(file, b"new")

    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]
