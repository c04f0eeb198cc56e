"""What `make measures` prints, where a figure can be held."""

from __future__ import annotations

import ast

from tools.measures import LONG_LINE, complexity, read_code, template_lines

MOST = 12
LONG_LINES = 143  # of templates, texts for the most part: there shall be no more


def test_no_function_is_too_complex() -> None:
    functions = (function for module in read_code() for function in module.functions())
    too_complex = {function.name: function.complexity for function in functions if function.complexity > MOST}
    assert not too_complex, f"over {MOST}: name the steps, and return early"


def test_what_another_module_imports_says_what_it_is() -> None:
    modules = read_code()
    imported = {each for module in modules for each in module.imports()}
    undocumented = {(module.name, name) for module in modules for name in module.undocumented()}
    assert sorted(undocumented & imported) == []


def test_templates_say_one_thing_a_line() -> None:
    widths = [len(line) for line in template_lines()]
    assert sum(width > LONG_LINE for width in widths) <= LONG_LINES
    assert sum(widths) / len(widths) <= 60


def test_all_that_branches_counts() -> None:
    source = """
def f(a, b):
    if a and b or not a:
        return [x for x in a if x if not b]
    try:
        return 1 if a else 2
    except ValueError:
        return None
"""
    function = ast.parse(source).body[0]
    assert isinstance(function, ast.FunctionDef)
    assert complexity(function) == 1 + 1 + 2 + 3 + 1 + 1
