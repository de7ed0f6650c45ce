"""`azora operations`: what a build hands over, checked before any of it is kept."""

import hashlib
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.edge.operations import azora, registered, written
from tests.postgres import Urls

COURSES = "query Courses { courses { totalCount } }"
CHANGE = "mutation Change { __typename }"
ROWS = "select hash, document, names, client, retired_at from kernel.operations order by names"


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def apollo(*operations: dict[str, Any], **other: Any) -> dict[str, Any]:
    form = {"format": "apollo-persisted-query-manifest", "version": 1}
    return form | {"operations": operations} | other


def operation(name: str, text: str, **other: Any) -> dict[str, Any]:
    return {"id": sha256(text), "name": name, "type": "query", "body": text} | other


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("manifest.json", {sha256(COURSES): COURSES}),
        ("manifest.json", {f"sha256:{sha256(COURSES)}": COURSES}),
        ("manifest.json", apollo(operation("Courses", COURSES))),
        ("Courses.graphql", COURSES),
    ],
)
async def test_every_form_of_a_build_registers_the_same(
    urls: Urls, owner: asyncpg.Connection, tmp_path: Path, name: str, content: Any
) -> None:
    result = azora(urls, "register", "--client", "web 3.2", written(tmp_path, name, content))
    assert (result.exit_code, result.output) == (0, "1 registered, 0 were already.\n")
    rows = [tuple(row) for row in await owner.fetch(ROWS)]
    assert rows == [(sha256(COURSES), COURSES, ["Courses"], "web 3.2", None)]


async def test_registering_again_changes_nothing(
    urls: Urls, owner: asyncpg.Connection, tmp_path: Path
) -> None:
    file = written(tmp_path, "a.graphql", COURSES)
    azora(urls, "register", "--client", "web", file)
    before = await owner.fetch("select * from kernel.operations")
    again = azora(urls, "register", "--client", "mobile", file)
    assert again.output == "0 registered, 1 were already.\n"
    assert await owner.fetch("select * from kernel.operations") == before


async def test_the_ends_of_lines_are_part_of_a_document(
    urls: Urls, owner: asyncpg.Connection, tmp_path: Path
) -> None:
    text = "query Courses {\r\n  courses { totalCount }\r\n}\r\n"
    file = tmp_path / "a.graphql"
    file.write_bytes(text.encode())
    assert azora(urls, "register", file).exit_code == 0
    assert await owner.fetchval("select hash from kernel.operations") == sha256(text)


WIDE = " ".join(f"a{number}: __typename" for number in range(31))
COSTLY = """
query Costly($n: Int) {
  courses(first: 100) { nodes { modules(first: 100) { course { modules(first: $n) { id } } } } }
}
"""


@pytest.mark.parametrize(
    ("content", "mistake"),
    [
        ("query Torn { ", "Syntax Error: Expected Name, found <EOF>. (line 1, column 14)"),
        ("query Torn { total }", "Cannot query field 'total' on type 'Query'. (line 1, column 14)"),
        (
            f"query Torn {{ {WIDE} }}",
            "The document has 31 aliases; at most 30 are allowed. (line 1, column 1)",
        ),
        ("fragment Torn on Course { id }", "Fragment 'Torn' is never used. (line 1, column 1)"),
    ],
)
async def test_one_wrong_document_keeps_all_of_them_out(
    urls: Urls, owner: asyncpg.Connection, tmp_path: Path, content: str, mistake: str
) -> None:
    manifest = apollo(operation("Courses", COURSES), operation("Torn", content))
    file = written(tmp_path, "web.json", manifest)
    good = written(tmp_path, "good.graphql", CHANGE)
    result = azora(urls, "register", good, file)
    assert result.exit_code == 1
    assert result.output == f"Error: Nothing was registered.\n{file}: Torn: {mistake}\n"
    assert await owner.fetchval("select count(*) from kernel.operations") == 0


async def test_an_operation_that_could_never_run_is_not_registered(
    urls: Urls, owner: asyncpg.Connection, tmp_path: Path
) -> None:
    result = azora(urls, "register", written(tmp_path, "a.graphql", COSTLY))
    assert result.exit_code == 1
    assert f"{tmp_path}/a.graphql: a: It asks for at least 3" in result.output
    assert result.output.endswith(" values, and 20000 are allowed.\n")
    assert await owner.fetchval("select count(*) from kernel.operations") == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "is not valid JSON: "),
        ([], "is no manifest, expected "),
        ({"a": 1}, "is no manifest, expected "),
        ({"a" * 32: COURSES}, f"{'a' * 32}: its id is not the SHA-256 of its text, which is "),
        ({sha256(CHANGE): COURSES}, f"which is {sha256(COURSES)}"),
        (apollo(operation("A", COURSES, id="1")), "A: its id is not the SHA-256 of its text"),
        (apollo(operation("A", COURSES, body=None)), "operations[0] has no id, name and body"),
        (apollo(version=2), "expected version 1 of apollo-persisted-query-manifest"),
        (apollo(operations=None), "with a list of operations"),
    ],
)
async def test_a_file_that_is_no_manifest_is_refused_by_name(
    urls: Urls, owner: asyncpg.Connection, tmp_path: Path, content: Any, message: str
) -> None:
    file = written(tmp_path, "web.json", content)
    result = azora(urls, "register", written(tmp_path, "good.graphql", CHANGE), file)
    assert result.exit_code == 1
    assert result.output.startswith(f"Error: Nothing was registered.\n{file}: ")
    assert message in result.output
    assert await owner.fetchval("select count(*) from kernel.operations") == 0


async def test_a_file_in_another_encoding_is_refused(urls: Urls, tmp_path: Path) -> None:
    file = tmp_path / "a.graphql"
    file.write_bytes(COURSES.encode("utf-16"))
    result = azora(urls, "register", file)
    assert (result.exit_code, result.output) == (
        1,
        f"Error: Nothing was registered.\n{file}: is not UTF-8\n",
    )


async def test_a_dry_run_checks_and_keeps_nothing(
    urls: Urls, owner: asyncpg.Connection, tmp_path: Path
) -> None:
    good = azora(urls, "register", "--dry-run", written(tmp_path, "a.graphql", COURSES))
    assert (good.exit_code, good.output) == (0, "1 would be registered; nothing was.\n")
    bad = azora(urls, "register", "--dry-run", written(tmp_path, "b.graphql", "{ torn }"))
    assert bad.exit_code == 1
    assert await owner.fetchval("select count(*) from kernel.operations") == 0


async def test_a_build_may_have_thousands(
    urls: Urls, owner: asyncpg.Connection, tmp_path: Path
) -> None:
    texts = [f"query Q{number} {{ __typename }}" for number in range(2001)]
    file = written(tmp_path, "web.json", {sha256(text): text for text in texts})
    assert azora(urls, "register", file).output == "2001 registered, 0 were already.\n"
    assert await owner.fetchval("select count(*) from kernel.operations") == 2001


async def test_what_is_retired_is_listed_and_can_be_registered_again(
    urls: Urls, owner: asyncpg.Connection, tmp_path: Path
) -> None:
    registered(urls, tmp_path, COURSES, CHANGE)
    retired = azora(urls, "retire", f"sha256:{sha256(COURSES)}")
    assert (retired.exit_code, retired.output) == (0, f"{sha256(COURSES)} is retired.\n")
    change, courses = azora(urls, "list").output.splitlines()
    assert change.startswith(f"{sha256(CHANGE)}\tChange\t-\tregistered 20")
    assert "retired" not in change
    assert courses.startswith(f"{sha256(COURSES)}\tCourses\t-\tregistered 20")
    assert "\tretired 20" in courses
    again = azora(urls, "register", "--client", "web", written(tmp_path, "c.graphql", COURSES))
    assert again.output == "1 registered, 0 were already.\n"
    living = "select client from kernel.operations where hash = $1 and retired_at is null"
    assert await owner.fetchval(living, sha256(COURSES)) == "web"


@pytest.mark.parametrize(
    ("hash", "message"),
    [
        ("f" * 64, f"No registered operation has the hash {'f' * 64}."),
        ("courses", "A hash has 64 hexadecimal digits; `azora operations list`."),
    ],
)
async def test_what_is_not_registered_cannot_be_retired(
    urls: Urls, owner: asyncpg.Connection, hash: str, message: str
) -> None:
    result = azora(urls, "retire", hash)
    assert (result.exit_code, result.output) == (1, f"Error: {message}\n")


async def test_retiring_twice_is_told(
    urls: Urls, owner: asyncpg.Connection, tmp_path: Path
) -> None:
    registered(urls, tmp_path, COURSES)
    assert azora(urls, "retire", sha256(COURSES)).exit_code == 0
    before = await owner.fetchval("select retired_at from kernel.operations")
    assert azora(urls, "retire", sha256(COURSES)).exit_code == 1
    assert await owner.fetchval("select retired_at from kernel.operations") == before
