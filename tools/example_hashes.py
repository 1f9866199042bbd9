"""What the page of an example depends on, and whether it is out of date.

Read from the files alone: nothing is imported or executed.
"""

import ast
import hashlib
import json
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[1]
SCRIPTS = ROOT / "examples"
PAGES = ROOT / "docs" / "examples"
PACKAGE = "keras_genmodels"


def module_path(name):
    """The file of a module of the package, or `None` if it is not one."""
    base = ROOT / name.replace(".", "/")
    for path in (base / "__init__.py", base.with_suffix(".py")):
        if path.is_file():
            return path
    return None


def names_used(tree):
    """Dotted names in the package that a script or module mentions."""
    names, aliases = set(), {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                names.add(alias.name)
                bound = alias.asname or alias.name.split(".")[0]
                aliases[bound] = alias.name if alias.asname else bound
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                names.add(name)
                aliases[alias.asname or alias.name] = name
    for node in ast.walk(tree):
        parts = []
        while isinstance(node, ast.Attribute):
            parts.insert(0, node.attr)
            node = node.value
        if parts and isinstance(node, ast.Name) and node.id in aliases:
            names.add(".".join([aliases[node.id], *parts]))
    return {n for n in names if n.split(".")[0] == PACKAGE}


def modules_imported(tree):
    """Files of the package that a script imports, directly or not.

    An `__init__.py` counts as a table of where names come from: a script that
    uses one model does not depend on all the others.
    """
    found, queue, seen = {}, list(names_used(tree)), set()
    while queue:
        name = queue.pop()
        if name in seen:
            continue
        seen.add(name)
        parts = name.split(".")
        for end in range(1, len(parts) + 1):
            path = module_path(".".join(parts[:end]))
            if path is None:
                break
            if path not in found:
                found[path] = ast.parse(path.read_text())
                if path.name != "__init__.py":
                    queue += names_used(found[path])
            if module_path(".".join(parts[: end + 1])) is None and parts[end:]:
                exported = exports(found[path]).get(parts[end])
                if exported is not None:
                    queue.append(".".join([exported, *parts[end + 1 :]]))
    return {p: t for p, t in found.items() if p.name != "__init__.py"}


def exports(tree):
    """Names that an `__init__.py` imports, and where from."""
    return {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def skeleton(node):
    """A syntax tree as nested lists, without docstrings.

    Not `ast.dump`, whose text differs between versions of Python.
    """
    if isinstance(node, list):
        return [skeleton(item) for item in node]
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = dict(ast.iter_fields(node))
    if isinstance(
        node, (ast.Module, ast.ClassDef, ast.FunctionDef)
    ) and ast.get_docstring(node, clean=False):
        fields["body"] = node.body[1:]
    kept = {k: v for k, v in fields.items() if v is not None and v != []}
    return [type(node).__name__, {k: skeleton(v) for k, v in kept.items()}]


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def inputs_of(script):
    """Hashes of what the page of a script is made from."""
    modules = modules_imported(ast.parse(script.read_text()))
    code = [
        (path.relative_to(ROOT).as_posix(), skeleton(modules[path]))
        for path in sorted(modules)
    ]
    return {
        "script": sha256(script.read_bytes()),
        "package": sha256(repr(code).encode()),
    }


def page_of(script):
    """The page and the folder beside it."""
    page = PAGES / script.relative_to(SCRIPTS).with_suffix(".md")
    return page, page.with_suffix("")


def outputs_of(page, folder):
    """Hashes of the files that make up a page."""
    files = [page, *(f for f in folder.glob("*") if f.name != "meta.json")]
    return {
        f.relative_to(page.parent).as_posix(): sha256(f.read_bytes())
        for f in sorted(files)
    }


def why_stale(script):
    """Why a page must be made again, in words; `None` if it need not."""
    page, folder = page_of(script)
    if not page.is_file() or not (folder / "meta.json").is_file():
        return "was never built"
    meta = json.loads((folder / "meta.json").read_text())
    changed = [
        k for k, v in inputs_of(script).items() if meta["inputs"][k] != v
    ]
    if changed:
        return f"is out of date: the {' and the '.join(changed)} changed"
    if meta["outputs"] != outputs_of(page, folder):
        return "was edited by hand"
    return None
