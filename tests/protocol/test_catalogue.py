"""The catalogue is sound: examples fit their types, codes and rules are known, nothing is named twice."""

import msgspec
import pytest

from protocol import errors
from protocol.catalogue import METHODS, VERSION, Method
from protocol.events import MACHINERY, PAYLOADS
from protocol.exchange import examples
from protocol.methods import NOTIFICATIONS, ViewName
from protocol.schemas import CODES, COMMANDS
from protocol.views import VIEWS
from tests.support.catalogue_shapes import check_request, check_result

methods = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)


@methods
def test_an_example_is_a_request_that_the_method_takes(method: Method) -> None:
    for call in examples(method):
        check_request(method.name, call.params)


@methods
def test_an_answer_is_a_result_of_the_method(method: Method) -> None:
    for call in examples(method):
        check_result(method.name, call.result)


@methods
def test_a_method_leads_to_others_that_there_are(method: Method) -> None:
    assert method.see
    assert set(method.see) <= set(METHODS)
    assert method.name not in method.see


@methods
def test_a_method_is_documented_and_its_errors_are_known(method: Method) -> None:
    assert method.doc.endswith("."), "a sentence"
    assert set(method.errors) <= set(errors.MEANINGS)
    assert len(set(method.errors)) == len(method.errors)


@methods
def test_params_and_results_are_objects_and_params_refuse_what_they_do_not_know(method: Method) -> None:
    assert method.result is dict or issubclass(method.result, msgspec.Struct)
    if method.name != "hello":  # a newer client's hello must still be understood, to be refused by name
        assert method.params.__struct_config__.forbid_unknown_fields


def test_every_code_has_a_name_and_a_meaning() -> None:
    constants = {v for k, v in vars(errors).items() if k.isupper() and isinstance(v, int)}
    assert constants == set(errors.MEANINGS) == set(CODES)


def test_every_view_that_can_be_asked_for_has_a_shape() -> None:
    assert set(msgspec.json.schema(ViewName)["enum"]) == set(VIEWS)


def test_kinds_and_commands_are_bound_to_the_struct_of_their_own() -> None:
    assert all(payload.kind == kind for kind, payload in PAYLOADS.items())
    assert len(set(PAYLOADS.values())) == len(PAYLOADS)
    assert all(payload.version >= 1 for payload in PAYLOADS.values())
    assert set(PAYLOADS) >= MACHINERY
    assert COMMANDS["add_entity"].__name__ == "AddEntity"
    assert "subscription" in NOTIFICATIONS["event"].__struct_fields__


def test_the_version_is_major_and_minor() -> None:
    major, minor = VERSION.split(".")
    assert major.isdigit()
    assert minor.isdigit()
