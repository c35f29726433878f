"""All of a command's files or none of them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def staged(out: Path, *, overwrite: bool, inputs: Iterable[Path] = ()) -> Iterator[Path]:
    """A folder to write into; its files move to ``out`` together when the work is done.

    Files in ``out`` that are not written again are left alone. Where the work fails or is interrupted,
    ``out`` is as it was.

    Parameters
    ----------
    inputs
        What the command reads: results never go into the same folder, nor over it.

    Raises
    ------
    FileExistsError
        Before any work, where ``out`` is one of ``inputs``, or holds something and ``overwrite`` was not
        given.
    NotADirectoryError
        Where ``out`` is a file.
    """
    if any(each.exists() and out.exists() and each.samefile(out) for each in inputs):
        raise FileExistsError(f"{out} is what is being read: name another folder for the results")
    if out.exists() and not out.is_dir():
        raise NotADirectoryError(f"{out} is a file: name a folder")
    if not overwrite and out.exists() and any(out.iterdir()):
        raise FileExistsError(f"{out} is not empty: name another folder, or add --overwrite")
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as name:
        folder = Path(name)
        yield folder
        written = [path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file()]
        lost = [each for each in inputs if any(_is_over(out / path, each) for path in written)]
        if lost:
            raise FileExistsError(f"results would be written over {lost[0]}: name another folder for them")
        blocked = [out / path for path in written if (out / path).is_dir()]
        if blocked:
            raise IsADirectoryError(f"{blocked[0]} is a folder: a file of that name cannot be written")
        for path in written:
            (out / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).replace(out / path)


def _is_over(target: Path, given: Path) -> bool:
    """Whether a file would be written over an input or into its folder."""
    return given.exists() and (
        given.resolve() == target.resolve() or given.resolve() in target.resolve().parents
    )
