"""Settings: defaults, errors that help, and a choice of model written back without harm."""

import os
from pathlib import Path

import pytest

from daemon.home.config import Config, ConfigError, Play, Web, load, save_model
from daemon.model.presets import switched
from protocol.model import Endpoint, Roles

MINE = """\
# my own settings
[models.render]          # writes prose
base_url = "http://127.0.0.1:1234/v1"
model = "name"
api_key = "env:OPENROUTER_API_KEY"
context = 16384
max_tokens = 500
params = { temperature = 0.9, top_p = 0.95, min_p = 0.05 }  # hot
reasoning = "off"
structured = "text"
stop = ["Sam:"]
first_token_s = 600
idle_s = 30.5
total_s = 1200

[play]
reading = "wait"
[web]
origins = ["https://my.frontend.example", "http://127.0.0.1:5173", "null"]
"""
RENDER = Endpoint(
    base_url="http://127.0.0.1:1234/v1",
    model="name",
    api_key="env:OPENROUTER_API_KEY",
    context=16384,
    max_tokens=500,
    params={"temperature": 0.9, "top_p": 0.95, "min_p": 0.05},
    reasoning="off",
    structured="text",
    stop=("Sam:",),
    first_token_s=600,
    idle_s=30.5,
    total_s=1200,
)


def write(home: Path, text: str) -> None:
    (home / "config.toml").write_text(text, encoding="utf-8")


def read(home: Path) -> str:
    return (home / "config.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", [None, "", "[models.render]\n", "[play]\n[web]\n"])
def test_every_setting_has_a_default(text: str | None, tmp_path: Path) -> None:
    if text is not None:
        write(tmp_path, text)
    assert load(tmp_path) == Config()
    assert load(tmp_path).models.render.base_url == "embedded"


def test_all_settings(tmp_path: Path) -> None:
    write(tmp_path, MINE)
    assert load(tmp_path) == Config(
        models=Roles(render=RENDER),
        play=Play(reading="wait"),
        web=Web(origins=("https://my.frontend.example", "http://127.0.0.1:5173", "null")),
    )


def test_the_reader_is_as_the_renderer_but_for_what_is_said(tmp_path: Path) -> None:
    write(tmp_path, MINE + "[models.read]\nmax_tokens = 900\n")
    read_by = load(tmp_path).models.read
    assert read_by is not None
    assert (read_by.base_url, read_by.api_key, read_by.max_tokens) == (RENDER.base_url, RENDER.api_key, 900)


def test_a_reader_elsewhere_takes_nothing_along(tmp_path: Path) -> None:
    write(tmp_path, MINE + '[models.read]\nbase_url = "https://other.example/v1"\n')
    assert load(tmp_path).models.read == Endpoint(base_url="https://other.example/v1")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "[models.render]\n\nbase_ulr = 'x'",
            'line 3: [models.render] has no key "base_ulr"; did you mean "base_url"?',
        ),
        ("[modells.render]", 'line 1: the file has no key "modells"; did you mean "models"?'),
        ("models.embeds.model = 'x'", 'line 1: [models] has no key "embeds"; did you mean "embed"?'),
        ("models = { render = { modle = 'x' } }", 'did you mean "model"?'),
        ("[models.render]\nxyzzy = 1", "it has base_url, model, api_key"),
        ("\n[play]\nreadings = 'off'", 'line 3: [play] has no key "readings"; did you mean "reading"?'),
        ("[play]\nreading = 'backgroud'", 'did you mean "background"?'),
        ("[play]\nhands = 0", "line 2: [play] hands: somebody can hold 1 thing or more, not 0"),
        ("[play]\nhands = 'two'", "line 2: [play] hands: expected a whole number"),
        ("[models.render]\nstructured = 7", "must be one of schema, text"),
        ("[models.render]\npreset = 'olama'", 'did you mean "ollama"?'),
        ("[models.render]\ncontext = '8k'", "line 2: [models.render] context: expected a whole number"),
        ("[models.render]\ncontext = 0", "context: expected a whole number >= 1"),
        ("[models.render]\nidle_s = nan", "idle_s: expected a number > 0"),
        ("[models.render]\nstop = 'x'", "stop: expected a list, got a text in quotes"),
        ("models = 3", "models: expected a table"),
        ("[models.render]\nmodel =", "not TOML: Invalid value"),
        ("[models.render]\nmodel = 'a'\nmodel = 'b'", "not TOML"),
        ("[models.render]\nparams = { when = 2026-01-01 }", "line 2: [models.render] params.when"),
        ("[models.render]\nparams = { temperature = inf }", "finite"),
        ("[models.render]\nbase_url = 'ftp://x/v1'", 'base_url is "embedded" or an http(s) address'),
        ("[models.render]\nbase_url = 'http://me:pw@x/v1'", "base_url holds no user"),
        ("[models.render]\nbase_url = 'http://x:99999/v1'", "base_url has a port"),
        ("[models.render]\npreset = 'compatible'", "needs a base_url"),
        ("[web]\norigins = ['https://a.example/']", 'line 2: [web] origins: "https://a.example/" is no origin'),
        ("[web]\norigins = ['*']", "is no origin"),
    ],
)
def test_a_wrong_setting_says_where_and_what_was_meant(text: str, words: str, tmp_path: Path) -> None:
    write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load(tmp_path)
    assert words in str(caught.value)
    assert str(tmp_path) not in str(caught.value)


@pytest.mark.parametrize("key", ["sk-abcdefghijklmn", "OPENROUTER_API_KEY", "env:", "keychain", "http://x"])
def test_a_key_itself_is_refused_and_not_repeated(key: str, tmp_path: Path) -> None:
    write(tmp_path, f"[models.render]\napi_key = '{key}'")
    with pytest.raises(ConfigError, match=r"line 2: \[models.render\] api_key says where the key is") as caught:
        load(tmp_path)
    assert "sk-" not in str(caught.value)


def test_what_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b"[play]\nreading = '\xff'")
    with pytest.raises(ConfigError, match="not UTF-8"):
        load(tmp_path)


def test_saving_changes_one_line_and_keeps_the_rest(tmp_path: Path) -> None:
    write(tmp_path, MINE)
    save_model(tmp_path, "render", switched(RENDER, "another"))
    assert read(tmp_path) == MINE.replace('model = "name"', 'model = "another"')


def test_saving_another_address_takes_the_key_out(tmp_path: Path) -> None:
    write(tmp_path, MINE)
    chosen = switched(RENDER, "x", "https://other.example/v1")
    save_model(tmp_path, "render", chosen)
    assert load(tmp_path).models.render == chosen
    assert "OPENROUTER" not in read(tmp_path)
    assert "# writes prose" in read(tmp_path)


@pytest.mark.parametrize("before", ["", MINE, "[models]\nrender = { model = 'x' }  # short\n"])
@pytest.mark.parametrize("endpoint", [RENDER, Endpoint(), Endpoint(preset="ollama", model="m")])
def test_what_is_saved_is_what_is_loaded(before: str, endpoint: Endpoint, tmp_path: Path) -> None:
    write(tmp_path, before)
    save_model(tmp_path, "read", endpoint)
    save_model(tmp_path, "render", endpoint)
    save_model(tmp_path, "embed", endpoint)
    assert load(tmp_path).models == Roles(render=endpoint, read=endpoint, embed=endpoint)


def test_saving_leaves_one_private_file(tmp_path: Path) -> None:
    home = tmp_path / "new"
    save_model(home, "render", Endpoint(model="x"))
    assert [file.name for file in home.iterdir()] == ["config.toml"]
    assert (home / "config.toml").stat().st_mode & 0o777 == 0o600


def test_a_linked_file_stays_linked(tmp_path: Path) -> None:
    elsewhere = tmp_path / "dotfiles.toml"
    elsewhere.write_text(MINE, encoding="utf-8")
    (tmp_path / "config.toml").symlink_to(elsewhere)
    save_model(tmp_path, "render", switched(RENDER, "another"))
    assert (tmp_path / "config.toml").is_symlink()
    assert '"another"' in elsewhere.read_text(encoding="utf-8")


def test_a_broken_file_is_not_written_over(tmp_path: Path) -> None:
    write(tmp_path, "[models.render\nmodel = 'half")
    with pytest.raises(ConfigError):
        save_model(tmp_path, "render", Endpoint(model="x"))
    assert read(tmp_path) == "[models.render\nmodel = 'half"


def test_what_cannot_be_changed_well_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path, "models.render.model = 'x'\n")
    save_model(tmp_path, "render", Endpoint(model="y"))
    assert load(tmp_path).models.render == Endpoint(model="y")
    before = read(tmp_path)
    with pytest.raises(ConfigError, match=r"give each model a table, \[models.embed\]"):
        save_model(tmp_path, "embed", RENDER)
    assert read(tmp_path) == before


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("x = " + "[" * 10_000, "nested too deep"),
        ("x = " + "{a = " * 10_000, "nested too deep"),
        ("[play]\nhands = " + "9" * 5_000, "is not TOML"),
        ("#" * 2_000_000, "larger than"),
    ],
)
def test_what_no_settings_look_like_is_told(text: str, why: str, tmp_path: Path) -> None:
    write(tmp_path, text)
    with pytest.raises(ConfigError, match=why):
        load(tmp_path)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "config.toml")
    with pytest.raises(ConfigError, match="not a plain file"):
        load(tmp_path)
