"""What is a message and what is none, with no door open."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.json_depth import depth
from daemon.rpc.messages import Call, Refusal, read, repeated
from protocol.catalogue import LIMITS
from protocol.errors import INVALID_REQUEST, PARSE_ERROR

NOT_JSON = [
    b"", b" ", b"\n", b"\x00", b"\xef\xbb\xbf{}", b"{", b"}", b"[", b"]", b"[1,]", b"[,1]", b"[1,,2]", b"[1 2]", b"[1}",
    b'{"a":1,}', b'{"a"}', b'{"a" 1}', b"{'a':1}", b"{a:1}", b'{1:1}', b'{"a":1}}', b'{"a":1} x', b"[] []", b"[1]#",
    b"/* */ 1", b"[1] // x", b"nul", b"True", b"truee", b"undefined", b"NaN", b"Infinity", b"-Infinity", b"[NaN]",
    b"+1", b"-", b"01", b"-01", b"1.", b".5", b"1e", b"1e+", b"0x1", b"1_000", b"1 000", b"--1", b"\xef\xbc\x91",
    b'"', b'"a', b'"\\', b'"\\x"', b'"\\u12"', b'"\\u12G4"', b'"\\U0041"', b"'a'", b'"a\nb"', b'"a\tb"', b'"a\x00b"',
    b'"a\x1fb"', b'"\xff"', b'"\xc0\xaf"', b'"\xed\xa0\x80"', b'"\xf4\x90\x80\x80"', b'"\xe2\x82"', b"\xff",
    b'"\\ud800"', b'"\\udc00"', b'"\\ud800\\u0041"', b'"\\ud800\\ud800"', b'"\\udc00\\ud800"', b'["\\uD83D"]',
    b"\xfe\xff\x00[\x00]", b"\x0c[]", b"\xc2\xa0[]", b'{"a":"b"]', b'[{"a":1]', b'{"\\ud800":1}',
]  # fmt: skip

JSON_BUT_NO_REQUEST = [
    b"0", b"-0", b"1", b"-1.5e+300", b"1e-400", b"1" * 5000, b"0." + b"1" * 5000, b"1E400", b"null", b"true", b'""',
    b'"\\ud83d\\ude00"', b'"\\u0000"',
    '"é漢😀\u2028"'.encode(), b"{}", b' {"a" : [ ] } ', b'{"a":1,"a":2}', b"\t\r\n{}",
    b'{"jsonrpc":"2.0"}', b'{"jsonrpc":"2.0","method":1}', b'{"jsonrpc":"2.0","method":null}', b'{"method":"x"}',
    b'{"jsonrpc":"1.0","method":"x"}', b'{"jsonrpc":2.0,"method":"x"}', b'{"jsonrpc":"2.0","result":1,"id":1}',
]  # fmt: skip


@pytest.mark.parametrize("text", NOT_JSON, ids=repr)
def test_what_is_not_json_is_a_parse_error(text: bytes) -> None:
    [refusal] = read(text).entries
    assert isinstance(refusal, Refusal)
    assert (refusal.id, refusal.error.code) == (None, PARSE_ERROR)


@pytest.mark.parametrize("text", NOT_JSON, ids=repr)
def test_nor_does_it_pass_inside_the_params_of_a_request(text: bytes) -> None:
    around = b'{"jsonrpc":"2.0","id":1,"method":"status","params":{"a":[%b]}}' % text
    if text.strip(b" \n"):
        assert isinstance(read(around).entries[0], Refusal)


@pytest.mark.parametrize("text", JSON_BUT_NO_REQUEST, ids=lambda t: repr(t)[:40])
def test_json_that_is_no_request_is_an_invalid_request(text: bytes) -> None:
    [refusal] = read(text).entries
    assert isinstance(refusal, Refusal)
    assert refusal.error.code == INVALID_REQUEST


def test_a_half_of_a_surrogate_pair_is_named() -> None:
    [refusal] = read(rb'"\uD800 and more"').entries
    assert isinstance(refusal, Refusal)
    assert "surrogate" in refusal.error.message


@pytest.mark.parametrize("id", [0, 1, -1, 2**63 - 1, "", "a", "é" * 64, "x" * 128])
def test_ids_are_strings_or_integers(id: int | str) -> None:
    [call] = read(json.dumps({"jsonrpc": "2.0", "method": "x", "id": id}).encode()).entries
    assert isinstance(call, Call)
    assert call.id == id


@pytest.mark.parametrize(
    "id",
    [
        "1.5",
        "1.0",
        "1e3",
        "null",
        "true",
        "{}",
        "[]",
        '"' + "x" * 129 + '"',
        '"' + "é" * 65 + '"',
        "1" * 30,
        "1" * 9000,
    ],
)
def test_other_ids_are_refused_and_answered_without_one(id: str) -> None:
    [refusal] = read(b'{"jsonrpc":"2.0","method":"x","id":%b}' % id.encode()).entries
    assert isinstance(refusal, Refusal)
    assert (refusal.id, refusal.error.code) == (None, INVALID_REQUEST)


def test_an_invalid_request_is_answered_to_its_id_where_it_has_a_good_one() -> None:
    [refusal] = read(b'{"jsonrpc":"2.0","method":7,"id":"q"}').entries
    assert isinstance(refusal, Refusal)
    assert refusal.id == "q"


def test_a_long_message_is_refused_unread() -> None:
    [refusal] = read(b" " * (LIMITS["message_bytes"] + 1)).entries
    assert isinstance(refusal, Refusal)
    assert refusal.error.code == INVALID_REQUEST
    assert str(LIMITS["message_bytes"]) in refusal.error.message


def test_what_is_quoted_of_a_message_is_short() -> None:
    [refusal] = read(b'{"jsonrpc":"%b","method":"x","id":1}' % (b"y" * 100_000)).entries
    assert isinstance(refusal, Refusal)
    assert len(refusal.error.message) < 500


@pytest.mark.parametrize(("levels", "passes"), [(63, True), (64, False), (65, False), (1000, False), (500_000, False)])
def test_depth_is_bounded(levels: int, passes: bool) -> None:
    nested = b"[" * levels + b"]" * levels
    [entry] = read(b'{"jsonrpc":"2.0","method":"x","id":1,"params":%b}' % nested).entries
    assert isinstance(entry, Call) is passes
    if isinstance(entry, Refusal):
        assert entry.error.code == PARSE_ERROR
        assert "64" in entry.error.message


TWICE = {
    "the method": (b'{"jsonrpc":"2.0","method":"x","id":1,"method":"y"}', "method", 1),
    "the id": (b'{"jsonrpc":"2.0","method":"x","id":1,"id":2}', "id", None),
    "in a notification": (b'{"jsonrpc":"2.0","method":"x","params":{},"params":{}}', "params", None),
    "a field unknown here": (b'{"jsonrpc":"2.0","method":"x","id":1,"z":1,"z":1}', "z", 1),
    "the params": (b'{"jsonrpc":"2.0","method":"x","id":1,"params":{"a":1},"params":{"a":1}}', "params", 1),
    "a param": (b'{"jsonrpc":"2.0","method":"x","id":1,"params":{"story":"s1","story":"s2"}}', "story", 1),
    "the same twice": (b'{"jsonrpc":"2.0","method":"x","id":1,"params":{"a":1,"a":1}}', "a", 1),
    "in a command": (
        b'{"jsonrpc":"2.0","method":"x","id":1,"params":{"commands":[{"do":"say"},{"witnesses":[],"b":{},"witnesses":7}]}}',
        "witnesses",
        1,
    ),
    "with an escape": (rb'{"jsonrpc":"2.0","method":"x","id":1,"params":{"text":"a","te\u0078t":"b"}}', "text", 1),
    "with a colon that is escaped": (
        rb'{"jsonrpc":"2.0","method":"x","id":1,"params":{"a":1,"a":"\u003a"}}', "a", 1,
    ),
    "beside a number that is beyond all": (
        b'{"jsonrpc":"2.0","method":"x","id":1,"params":{"a":%b,"b":1e999,"b":2}}' % (b"1" * 5000), "b", 1,
    ),
    "with an emoji": ('{"jsonrpc":"2.0","method":"x","id":1,"params":{"😀":1,"😀":2}}'.encode(), "😀", 1),
    "in a long one": (
        b'{"jsonrpc":"2.0","method":"x","id":1,"params":{"a":[%b{}],"b":1,"b":2}}' % (b'{"a:":":"},' * 20_000), "b", 1,
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", TWICE)
def test_a_key_that_comes_twice_is_refused_by_name(what: str) -> None:
    text, key, id = TWICE[what]
    [refusal] = read(text).entries
    assert isinstance(refusal, Refusal)
    assert (refusal.id, refusal.error.code) == (id, INVALID_REQUEST)
    assert repr(key) in refusal.error.message


def test_a_key_that_comes_twice_spoils_only_its_entry_of_a_batch() -> None:
    good = b'{"jsonrpc":"2.0","method":"x","id":1}'
    message = read(b'[%b,{"jsonrpc":"2.0","method":"x","id":2,"params":{"a":1,"a":1}},%b]' % (good, good))
    assert [type(entry) for entry in message.entries] == [Call, Refusal, Call]


@pytest.mark.parametrize(
    "params",
    [
        rb'{"a":{"a":[{"a":1},{"a":1}]},"b":":","c:":"\u003a\u003A"}', b'{"a":1e999,"b":-1e-999,"c":1E400}',
        rb'{"a":"\"a\":1,\"a\":2"}', b'{"a":[%b{}]}' % (b'{"a":":"},' * 20_000), b'{"A":1,"a":1,"":2}',
        b'{"a":%b}' % (b"9" * 5000),
    ],
    ids=lambda p: repr(p)[:20],
)  # fmt: skip
def test_the_same_key_in_other_objects_and_in_strings_passes(params: bytes) -> None:
    text = b'{"jsonrpc":"2.0","method":"x","id":1,"params":%b}' % params
    [call] = read(text).entries
    assert isinstance(call, Call)


def test_brackets_in_strings_are_not_depth() -> None:
    text = rb'{"a\"[[":"\\","b":["[[[[\\\"[[","{{"]}'
    assert depth(text) == 2


def test_many_brackets_side_by_side_pass() -> None:
    [call] = read(b'{"jsonrpc":"2.0","method":"x","params":{"a":[%b[]]}}' % (b"[]," * 100_000)).entries
    assert isinstance(call, Call)


def test_batches() -> None:
    one = b'{"jsonrpc":"2.0","method":"x","id":1}'
    assert len(read(b"[%b]" % b",".join([one] * 50)).entries) == 50
    for text in (b"[]", b" [ ] ", b"[%b]" % b",".join([one] * 51), b"[" + b"1," * 1_000_000 + b"1]"):
        message = read(text)
        assert not message.batch
        assert isinstance(message.entries[0], Refusal)
        assert message.entries[0].error.code == INVALID_REQUEST


def test_a_bad_entry_of_a_batch_spoils_only_itself() -> None:
    message = read(b'[1, {"jsonrpc":"2.0","method":"x","id":1}, null, [], {"jsonrpc":"2.0","method":"y"}]')
    assert message.batch
    assert [type(entry) for entry in message.entries] == [Refusal, Call, Refusal, Refusal, Call]


@given(st.binary(max_size=300))
def test_any_bytes_give_entries(text: bytes) -> None:
    assert read(text).entries


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def _depth(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    return 1 + max(map(_depth, value), default=0) if isinstance(value, list) else 0


_keys = st.sampled_from(['"a"', '"\\u0061"', '":"', '"\\u003a"', '"\\""', '"b:"'])
pairs = st.recursive(
    st.sampled_from(["null", "1", "1e999", '"a"', '":\\""', '"\\u003A"']),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda x: f"[{','.join(x)}]")
        | st.lists(st.tuples(_keys, inner), max_size=3).map(lambda x: f"{{{','.join(f'{k}:{v}' for k, v in x)}}}")
    ),
    max_leaves=12,
)


@given(pairs)
def test_a_key_comes_twice_where_python_says_so(text: str) -> None:
    found: list[bool] = []

    def hook(members: list[tuple[str, object]]) -> None:
        found.append(len({k for k, _ in members}) < len(members))

    json.loads(text, object_pairs_hook=hook)
    assert (repeated(text.encode()) is not None) == any(found)


@given(json_values)
def test_depth_is_that_of_the_value(value: object) -> None:
    assert depth(msgspec.json.encode(value)) == _depth(value)


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), json_values, max_size=4))
def test_params_arrive_as_they_were_sent(params: dict[str, object]) -> None:
    text = json.dumps({"jsonrpc": "2.0", "method": "x", "id": 1, "params": params}).encode()
    [call] = read(text).entries
    assert isinstance(call, Call)
    assert msgspec.json.decode(call.params) == json.loads(json.dumps(params))
