"""What pydantic found wrong, in the words of the description: summary, detail and way out."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from pydantic_core import ErrorDetails

from tapstack.findings import Path
from tapstack.fleet.patterns import IN_WORDS
from tapstack.fleet.structure import known_keys

LONGEST_SHOWN = 60

Words = tuple[str, str, str]

WANTED: Mapping[str, str] = {
    "string_type": "a text",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a number",
    "tuple_type": "a list",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "dict_type": "a mapping",
    "mapping_type": "a mapping",
    "date_type": "a day, such as 2027-01-31",
    "date_parsing": "a day, such as 2027-01-31",
    "date_from_datetime_parsing": "a day, such as 2027-01-31",
    "date_from_datetime_inexact": "a day, such as 2027-01-31",
    "ip_v4_address": "an IPv4 address, such as 10.0.0.10",
}


def in_words(error: ErrorDetails, path: Path) -> Words:
    """Say a pydantic error in the words of the description."""
    name = shortened(str(path[-1])) if path else "the fleet"
    value = error.get("input")
    shown = _shown(value)
    context = error.get("ctx", {})
    match error["type"]:
        case "extra_forbidden":
            known = known_keys(path[:-1])
            detail = f"Possible here: {', '.join(sorted(known))}." if known else ""
            return f"There is no key '{name}' here.", detail, _did_you_mean(name, known)
        case "missing":
            return f"`{name}` is missing.", "It has no default: say it.", ""
        case "literal_error":
            options = _options(str(context.get("expected", "")))
            # Where numbers are possible, they are durations that have been read already.
            shown = f"'{value}s'" if isinstance(value, int) and options[-1].endswith("s") else shown
            fix = _did_you_mean(str(value), options)
            return f"{shown} is not possible for `{name}`.", f"It must be {_any_of(options)}.", fix
        case "string_pattern_mismatch" if path and value == path[-1]:
            return f"{shown} is not a possible name here.", _pattern(str(context.get("pattern", ""))), ""
        case "string_pattern_mismatch":
            return f"{shown} does not fit `{name}`.", _pattern(str(context.get("pattern", ""))), ""
        case "string_too_long":
            return f"{shown} is too long for `{name}`.", f"{context.get('max_length')} characters at the most.", ""
        case "string_too_short":
            return f"{shown} is too short for `{name}`.", f"{context.get('min_length')} characters at least.", ""
        case "too_short":
            return f"`{name}` is empty.", "Give it one entry at least.", ""
        case "too_long":
            return f"`{name}` has too many entries.", f"{context.get('max_length')} at the most.", ""
        case "value_error":
            text = shortened(str(context.get("error", error["msg"])), 300)
            verb = "hold together" if isinstance(value, Mapping) else "fit"
            return f"`{name}` does not {verb}.", f"{text[:1].upper()}{text[1:]}.", ""
        case "union_tag_not_found":
            return f"`{name}` does not say its `engine`.", "It must be aurora-mysql or postgres.", ""
        case "union_tag_invalid":
            tag = str(context.get("tag", ""))
            engines = ["aurora-mysql", "postgres"]
            return (
                f"'{shortened(tag)}' is no engine for `{name}`.",
                f"It must be {_any_of(engines)}.",
                _did_you_mean(tag, engines),
            )
        case kind if kind in WANTED:
            return _wrong_type(name, value, WANTED[kind])
        case _:
            return f"{shown} does not fit `{name}`.", f"{error['msg'].replace('Input', 'It', 1)}.", ""


def shortened(text: str, longest: int = LONGEST_SHOWN) -> str:
    """A text that may come from anywhere, short enough for a line."""
    return text if len(text) <= longest else f"{text[:longest]}…"


def _wrong_type(name: str, value: object, wanted: str) -> Words:
    if value is None:
        return f"`{name}` says nothing.", f"It must be {wanted}.", ""
    if wanted == "a mapping":
        return f"`{name}` must be a mapping.", "Write its keys under it; {} if there is nothing to say.", ""
    if wanted == "a text" and isinstance(value, bool):
        written = str(value).lower()
        return f"`{name}` must be a text.", "YAML takes it for a truth value.", f"Write it in quotes: '{written}'"
    if wanted == "a text" and isinstance(value, int | float):
        return f"`{name}` must be a text.", "YAML takes it for a number.", f"Write it in quotes: '{value}'"
    return f"{_shown(value)} does not fit `{name}`.", f"It must be {wanted}.", ""


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return f"'{str(value).lower()}'"
    if isinstance(value, str | int | float):
        return f"'{shortened(' '.join(str(value).split()))}'"
    return "A mapping" if isinstance(value, Mapping) else "A list" if isinstance(value, list) else "This"


def _options(expected: str) -> list[str]:
    """The possible values; those that are numbers are durations, of which people write 10s."""
    options = [option.strip(" '") for option in expected.replace(" or ", ",").split(",")]
    return [f"{option}s" if option.isdigit() and option != "0" else option for option in options]


def _any_of(options: list[str]) -> str:
    return options[0] if len(options) == 1 else f"{', '.join(options[:-1])} or {options[-1]}"


def _pattern(pattern: str) -> str:
    words = IN_WORDS.get(pattern)
    return f"Allowed: {words}." if words else f"It must match {pattern}."


def _did_you_mean(word: str, known: set[str] | list[str]) -> str:
    near = get_close_matches(word[:LONGEST_SHOWN], sorted(known), n=1, cutoff=0.5)
    return f"Did you mean '{near[0]}'?" if near else ""
