"""Let the documentation read docstrings in the form that Keras uses.

Griffe knows `Examples:` and `Other Parameters:` where Keras writes `Example:`
and `Call arguments:`, and takes what precedes a colon under `Returns:` for a
type, where here it is the beginning of a sentence.
"""

import re
import textwrap

import griffe

RENAMED = {
    "Example:": "Examples:",
    "Call arguments:": "Other Parameters: Call arguments:",
}
PROSE = re.compile(
    r"^(Returns|Reference):\n((?: .*(?:\n|$)|\n)+)", re.MULTILINE
)


def as_text(section):
    """A section as a heading in bold type and paragraphs."""
    return f"**{section[1]}:**\n\n{textwrap.dedent(section[2])}"


class KerasSections(griffe.Extension):
    """Rewrites the sections before a docstring is parsed."""

    def on_instance(self, *, obj, **kwargs):
        if obj.docstring is not None:
            text = PROSE.sub(as_text, obj.docstring.value)
            for name, renamed in RENAMED.items():
                text = re.sub(f"^{name}$", renamed, text, flags=re.MULTILINE)
            obj.docstring.value = text
