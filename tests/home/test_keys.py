"""Keys are found where the settings say, and in no message."""

import sys
from pathlib import Path

import pytest

from daemon.home.keys import find_key
from protocol.model import KeyUnavailable

KEY = "sk-abcdefghijklmnopqrstuvwxyz"


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    file = tmp_path / "provider.key"
    file.write_text(KEY + "\n", encoding="utf-8")
    file.chmod(0o600)
    return file


def test_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FABULA_TEST_KEY", KEY)
    assert find_key(tmp_path, "env:FABULA_TEST_KEY") == KEY
    monkeypatch.delenv("FABULA_TEST_KEY")
    with pytest.raises(KeyUnavailable, match="no FABULA_TEST_KEY"):
        find_key(tmp_path, "env:FABULA_TEST_KEY")


def test_from_a_private_file(key_file: Path) -> None:
    assert find_key(key_file.parent, "file:provider.key") == KEY
    assert find_key(Path("/"), f"file:{key_file}") == KEY


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620])
def test_a_file_that_others_can_reach_is_refused(mode: int, key_file: Path) -> None:
    key_file.chmod(mode)
    with pytest.raises(KeyUnavailable, match="chmod 600"):
        find_key(key_file.parent, "file:provider.key")


@pytest.mark.parametrize("content", [b"", b"  \n", b"two words", b"two\nlines", b"\xff\xfe", "schlüssel".encode()])
def test_what_is_no_key(content: bytes, key_file: Path) -> None:
    key_file.write_bytes(content)
    with pytest.raises(KeyUnavailable) as caught:
        find_key(key_file.parent, "file:provider.key")
    assert "provider.key" in str(caught.value)
    assert "words" not in str(caught.value)


def test_a_missing_file_is_told_without_its_folders(tmp_path: Path) -> None:
    for name in ("gone.key", str(tmp_path / "gone.key"), "."):
        with pytest.raises(KeyUnavailable) as caught:
            find_key(tmp_path, f"file:{name}")
        assert str(tmp_path) not in str(caught.value)


@pytest.mark.skipif(sys.platform == "darwin", reason="has a keychain")
def test_only_a_mac_has_a_keychain(tmp_path: Path) -> None:
    with pytest.raises(KeyUnavailable, match="only a Mac"):
        find_key(tmp_path, "keychain:openrouter")


@pytest.mark.parametrize("reference", ["", "sk-literal", "vault:x"])
def test_what_is_no_reference(reference: str, tmp_path: Path) -> None:
    with pytest.raises(KeyUnavailable) as caught:
        find_key(tmp_path, reference)
    assert "sk-literal" not in str(caught.value)
