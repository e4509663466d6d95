from __future__ import annotations

import json

import pytest

from tapstack.engines.terraform.expressions import document, expression, listing, literal, quoted
from tapstack.engines.terraform.module import Dynamic, Module, Resource
from tapstack.errors import InvalidFleetError


def test_a_document_keeps_what_is_worked_out_and_escapes_the_rest() -> None:
    value = {
        "a": 'say "${var.region}"',
        "b": listing('[for r in local.others : "${r}"]'),
        "c": [1, True, None],
        "d": None,
    }
    assert document(value) == (
        '{"a": "say \\"${var.region}\\"", "b": ${jsonencode([for r in local.others : "${r}"])}, "c": [1, true, null]}'
    )


def test_a_text_of_somebody_elses_is_never_worked_out() -> None:
    assert literal("${var.x} %{if}") == "$${var.x} %%{if}"
    assert quoted(literal('"${x}"')) == '"\\"$${x}\\""'


def test_nested_braces_belong_to_one_expression() -> None:
    assert quoted('${{for k in ["a"] : k => "${k}"}}"') == '"${{for k in ["a"] : k => "${k}"}}\\""'


def test_what_is_none_is_left_out_and_blocks_repeat() -> None:
    module = Module()
    made = module.add_resource(
        "aws_x",
        "one",
        name=None,
        rule=Dynamic(expression("local.others"), {"id": expression("rule.value"), "other": None}),
        depends_on=[Resource[str]("aws_y", "two")],
    )
    assert json.loads(json.dumps(module.as_data())) == {
        "resource": {
            "aws_x": {
                "one": {
                    "dynamic": {"rule": {"for_each": "${local.others}", "content": {"id": "${rule.value}"}}},
                    "depends_on": ["aws_y.two"],
                }
            }
        }
    }
    assert made.ref("arn") == "${aws_x.one.arn}"


def test_a_resource_that_may_be_absent_may_be_null() -> None:
    made = Module().add_resource("aws_x", "one", count=expression("local.is_home ? 1 : 0"))
    assert made.ref("parts", "[0].arn") == "${one(aws_x.one[*].parts[0].arn)}"


def test_one_address_is_not_given_twice() -> None:
    module = Module()
    module.add_resource("aws_x", "one")
    with pytest.raises(InvalidFleetError):
        module.add_resource("aws_x", "one")


def test_asking_twice_for_the_same_thing_is_no_mistake_but_for_another_is() -> None:
    module = Module()
    module.add_data("aws_x", "one", name="a")
    module.add_data("aws_x", "one", name="a")
    with pytest.raises(InvalidFleetError):
        module.add_data("aws_x", "one", name="b")
