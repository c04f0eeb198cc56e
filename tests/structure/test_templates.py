"""Templates keep to the strict Content-Security-Policy: no style, script or handler inside the markup."""

import re

from django.template.loader import get_template

from tests.structure.sources import product_files, templates, where

FORBIDDEN = {
    "a style attribute": r"\sstyle\s*=",
    "a <style> element": r"<style\b",
    "a <script> without src": r"<script(?![^>]*\bsrc=)(?![^>]*\btype=.application/json)",
    "an event attribute": r"\son[a-z]+\s*=",
    "hx-on, which needs eval": r"\bhx-on\b",
    "a filter in hx-trigger, which needs eval": r"hx-trigger\s*=\s*[\"'](?:[^\"']*,)?\s*(?:every\s+\S+\s*|[\w:.-]+)\[",
    "a js: value, which needs eval": r"=\s*[\"']\s*(?:js|javascript):",
    "text marked safe": r"\|\s*safe\b|{%\s*autoescape\s+off",
    "an address of another site": r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//",
}


def test_no_template_has_what_the_policy_refuses() -> None:
    found = [
        f"{where(path, number)}: {what}"
        for path in templates()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        for what, pattern in FORBIDDEN.items()
        if re.search(pattern, line)
    ]
    assert found == []


def test_each_part_of_a_page_that_a_view_names_is_in_its_template() -> None:
    named = [
        found.groups()
        for path in product_files()
        for found in re.finditer(r'"(\S+\.html)"[^"]*partial="(\w+)"', path.read_text())
    ]
    assert len(named) >= 4
    for template, partial in named:
        get_template(f"{template}#{partial}")  # or TemplateDoesNotExist
