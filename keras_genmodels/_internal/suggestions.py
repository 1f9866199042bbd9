"""What may have been meant by a name that does not exist."""

import difflib


def did_you_mean(name, names, also_called=None):
    """A sentence that begins with a blank, or nothing.

    Args:
        name: What the user wrote.
        names: Iterable of strings, the names that exist.
        also_called: Optional dict from other names of things, in lower case, to
            those that exist.
    """
    if not isinstance(name, str):
        return ""
    known = {**{n.lower(): n for n in names}, **(also_called or {})}
    close = difflib.get_close_matches(name.lower(), known, n=1)
    return f" Did you mean {known[close[0]]!r}?" if close else ""


def unknown_attribute(module, name, names, also_called=None):
    """The `AttributeError` of a module without that attribute."""
    hint = did_you_mean(name, names, also_called)
    return AttributeError(f"module {module!r} has no attribute {name!r}.{hint}")
